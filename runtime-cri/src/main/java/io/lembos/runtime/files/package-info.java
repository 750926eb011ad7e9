/** Files and folders as whole trees. */
package io.lembos.runtime.files;

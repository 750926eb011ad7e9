/** Time for this module, given through constructors. */
package io.lembos.runtime.time;

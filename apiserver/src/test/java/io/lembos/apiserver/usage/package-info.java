/** Tests of what nodes and pods use. */
package io.lembos.apiserver.usage;

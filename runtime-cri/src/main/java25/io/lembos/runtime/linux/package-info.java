/** Calls of Linux through java.lang.foreign. The only code that needs Java 25; found by {@link java.util.ServiceLoader}. */
package io.lembos.runtime.linux;

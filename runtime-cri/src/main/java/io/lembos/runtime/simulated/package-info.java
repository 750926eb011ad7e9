/** A container runtime without containers, for tests, lessons and {@code --runtime simulated}. */
package io.lembos.runtime.simulated;

/** Short-lived child processes, and what Linux tells about the processes and mounts that are there. */
package io.lembos.runtime.process;

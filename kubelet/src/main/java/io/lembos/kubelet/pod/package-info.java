/** One worker per pod, and the pure functions that decide its steps. */
package io.lembos.kubelet.pod;

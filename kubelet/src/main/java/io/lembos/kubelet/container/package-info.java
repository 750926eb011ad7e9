/** Containers and sandboxes of pods on the runtime: their names, configuration, observed state. */
package io.lembos.kubelet.container;

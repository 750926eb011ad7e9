/** Probes of containers: who asks what, how often, and what follows from the answers. */
package io.lembos.kubelet.probes;

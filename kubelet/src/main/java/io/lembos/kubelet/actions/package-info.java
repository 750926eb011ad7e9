/** What probes and lifecycle hooks do to a container: run a command in it, ask it by HTTP. */
package io.lembos.kubelet.actions;

/** The Node object of this machine and its heartbeat. */
package io.lembos.kubelet.node;

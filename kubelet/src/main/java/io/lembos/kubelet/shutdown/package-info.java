/** Ends a node's pods in good order before the node goes down. */
package io.lembos.kubelet.shutdown;

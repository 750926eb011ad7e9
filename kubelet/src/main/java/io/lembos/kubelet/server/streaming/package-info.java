/** Exec, attach and port-forward: the caller's SPDY or WebSocket on one side, the runtime's SPDY on the other. */
package io.lembos.kubelet.server.streaming;

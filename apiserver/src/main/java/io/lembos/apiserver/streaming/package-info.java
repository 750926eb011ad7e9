/** Connections that leave HTTP: exec, attach and port-forward pass through the API server as bytes. */
package io.lembos.apiserver.streaming;

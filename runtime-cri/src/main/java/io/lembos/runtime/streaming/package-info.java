/** Streams of exec, attach and port-forward over one connection, as CRI runtimes and Kubernetes' clients speak them: SPDY/3.1. */
package io.lembos.runtime.streaming;

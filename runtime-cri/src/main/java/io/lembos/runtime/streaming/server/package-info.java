/** The streaming server of our own runtime: exec, attach and port-forward over SPDY/3.1, as CRI's callers expect it. */
package io.lembos.runtime.streaming.server;

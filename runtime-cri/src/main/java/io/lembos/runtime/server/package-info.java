/** CRI v1 on a Unix socket, served from any runtime in this process. */
package io.lembos.runtime.server;

/** A container runtime reached over its Unix socket. */
package io.lembos.runtime.client;

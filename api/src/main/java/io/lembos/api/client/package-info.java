/**
 * The only way in which components see the cluster: {@link io.lembos.api.client.Client}. Two transports give it (in
 * process, HTTPS); both run the whole request chain of the API server.
 */
package io.lembos.api.client;

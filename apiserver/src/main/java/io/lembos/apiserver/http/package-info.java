/**
 * The API server's front: HTTPS on Vert.x, the request chain (authenticate, authorize, dispatch), content negotiation and
 * the one place where an {@link io.lembos.api.error.ApiError} becomes a {@code Status}.
 *
 * <p>Event loops only move bytes; each request is worked on by a virtual thread of its own.
 */
package io.lembos.apiserver.http;

/**
 * Errors of the Kubernetes API as one type, {@link io.lembos.api.error.ApiError}: what went wrong in Kubernetes' own
 * words (HTTP code, {@code reason}, message, {@code causes}). Thrown by every {@code Client}, whatever its transport,
 * and turned into a {@code Status} object in one place only, the HTTP edge of the API server.
 */
package io.lembos.api.error;

package io.lembos.dashboard.live;

import io.lembos.api.error.ApiError;

/**
 * Why a table lacks rows or may be old: the API server's own answer to the caller.
 *
 * @param resource the resource that could not be read: {@code deployments.apps}
 * @param reason {@code Forbidden}, {@code ServiceUnavailable}…
 * @param message the server's sentence
 */
public record Notice(String resource, String reason, String message) {
    static Notice of(String resource, ApiError error) {
        return new Notice(resource, error.reason().name(), error.getMessage());
    }
}

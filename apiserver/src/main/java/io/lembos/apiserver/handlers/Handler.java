package io.lembos.apiserver.handlers;

/** Answers requests of one verb. */
@FunctionalInterface
public interface Handler {
    /** Answers exactly once, or throws {@link io.lembos.api.error.ApiError}; runs on a virtual thread and may block. */
    void handle(Target target) throws Exception;
}

package io.lembos.apiserver.store;

import java.util.List;
import java.util.Optional;

/** How a {@link Commit} ended. Only {@link Committed} promises that it happened, only {@link Unknown} leaves it open. */
public sealed interface CommitResult {
    /**
     * Done and durable, and visible to every later read of this store.
     *
     * @param revision of the commit; the store's present revision if there was nothing to change
     * @param entries the entries written, in the order of the puts
     */
    record Committed(long revision, List<Entry> entries) implements CommitResult {}

    /** Not done: {@code key} was not in the expected state but in the one given (empty: it does not exist). */
    record Conflict(String key, Optional<Entry> current) implements CommitResult {}

    /** It may or may not have happened, and may still happen: read the key again before trying anew. */
    record Unknown(Throwable cause) implements CommitResult {}

    /** Not done: the engine cannot write at present, or has been closed. */
    record Unavailable(Throwable cause) implements CommitResult {}
}

package io.lembos.apiserver.store;

/**
 * What a watcher is told, in the order of revisions.
 *
 * <p>The previous entry is there because a selector needs it: an object that stops matching is reported as deleted.
 */
public sealed interface StoreEvent {
    long revision();

    /** An event about one key. */
    sealed interface Change extends StoreEvent {
        /** The entry after the change; for a deletion the last object, materialized with the deletion's revision. */
        Entry entry();

        @Override
        default long revision() {
            return entry().modRevision();
        }
    }

    record Created(Entry entry) implements Change {}

    record Updated(Entry entry, Entry previous) implements Change {}

    record Deleted(Entry entry, Entry previous) implements Change {}

    /** Every event up to {@code revision} has been delivered: a bookmark. Sent after {@link Store#requestProgress()}. */
    record Progress(long revision) implements StoreEvent {}
}

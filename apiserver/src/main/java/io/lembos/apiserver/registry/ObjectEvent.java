package io.lembos.apiserver.registry;

import io.lembos.apiserver.store.Entry;

/** One change as a watcher with a selector sees it. */
public sealed interface ObjectEvent {

    /** The object came into being or into view. */
    record Added(Entry entry) implements ObjectEvent {}

    record Modified(Entry entry) implements ObjectEvent {}

    /** The object is gone or out of view; the entry is its last state in view, at the revision of the change. */
    record Deleted(Entry entry) implements ObjectEvent {}

    /**
     * Nothing else up to this revision.
     *
     * @param initialEnd whether it also ends the initial state that was asked for
     */
    record Bookmark(long revision, boolean initialEnd) implements ObjectEvent {}
}

package io.lembos.api.client;

/** One change as a watcher sees it. Failures end the stream as {@link io.lembos.api.error.ApiError}. */
public sealed interface WatchEvent<T> {

    /** The object came into being, or into view of the selector. */
    record Added<T>(T object) implements WatchEvent<T> {}

    record Modified<T>(T object) implements WatchEvent<T> {}

    /** The object is gone, or out of view of the selector; {@code object} is its last state. */
    record Deleted<T>(T object) implements WatchEvent<T> {}

    /** Nothing changed up to this revision. */
    record Bookmark<T>(String resourceVersion) implements WatchEvent<T> {}
}

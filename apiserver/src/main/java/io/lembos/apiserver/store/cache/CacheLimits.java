package io.lembos.apiserver.store.cache;

/**
 * The bounds of a {@link WatchCache}.
 *
 * @param historyCommitsMax revisions kept for ranges in the past and for watches that resume. The default of
 *     {@value #DEFAULT_HISTORY_COMMITS} is some 20 s of a cluster with 5,000 nodes' heartbeats, many minutes of a small
 *     one, and costs about 1 KB for each revision besides the values themselves.
 * @param watchBufferEventsMax events that a watcher may lie behind before it is closed. By default as many as the history
 *     keeps: one who falls behind further could not resume either. Buffers share the events, so that a full one costs
 *     some 40 KB.
 */
public record CacheLimits(int historyCommitsMax, int watchBufferEventsMax) {
    public static final int DEFAULT_HISTORY_COMMITS = 10_000;
    public static final int DEFAULT_WATCH_BUFFER_EVENTS = 10_000;

    public CacheLimits {
        if (historyCommitsMax < 1 || watchBufferEventsMax < 1) {
            throw new IllegalArgumentException("limits of the watch cache are at least 1");
        }
    }

    public static CacheLimits defaults() {
        return new CacheLimits(DEFAULT_HISTORY_COMMITS, DEFAULT_WATCH_BUFFER_EVENTS);
    }
}

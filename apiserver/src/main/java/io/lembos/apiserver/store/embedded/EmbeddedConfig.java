package io.lembos.apiserver.store.embedded;

import io.lembos.apiserver.store.cache.CacheLimits;
import java.nio.file.Path;

/**
 * Where and how large.
 *
 * @param directory made with mode 0700 if it is absent; the file in it gets mode 0600
 * @param limits of history and watch buffers; rows older than the history are deleted from the file
 * @param queueCommitsMax commits that wait for the writer; callers beyond that wait for a place
 * @param checkpointPages pages in the write-ahead log that cause it to be copied into the file: 8 KB each, bounds the
 *     log's size
 */
public record EmbeddedConfig(Path directory, CacheLimits limits, int queueCommitsMax, int checkpointPages) {
    public static EmbeddedConfig in(Path directory) {
        return new EmbeddedConfig(directory, CacheLimits.defaults(), 1_024, 2_000);
    }

    public EmbeddedConfig with(CacheLimits other) {
        return new EmbeddedConfig(directory, other, queueCommitsMax, checkpointPages);
    }

    Path file() {
        return directory.resolve("store.db");
    }
}

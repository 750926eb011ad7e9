package io.lembos.apiserver.store.embedded;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One line of the log: at {@code revision} the key got this value, or was deleted (no value).
 *
 * @param id grows by one with each row; several rows may share a revision, in the order of the commit's operations
 * @param createRevision at which the key's present life began; kept in each row, because compaction removes the first
 */
record Row(
        long id, long revision, long createRevision, String key, Optional<byte[]> value, Optional<Instant> expiresAt) {
    /** Of all that must come back as it was written; SQLite has no checksum of its own. */
    long checksum() {
        CRC32C crc = new CRC32C();
        crc.update((id + " " + revision + " "
                        + expiresAt.map(Instant::toEpochMilli).orElse(0L) + " " + key)
                .getBytes(StandardCharsets.UTF_8));
        value.ifPresent(crc::update);
        return crc.getValue();
    }
}

package io.lembos.apiserver.store.embedded;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The deadline of each expiring key, the earliest first. One for each key that has one; owned by the writer thread. */
final class ExpiryQueue {
    private final TreeSet<Deadline> order =
            new TreeSet<>(Comparator.comparing(Deadline::at).thenComparing(Deadline::key));
    private final Map<String, Deadline> byKey = new HashMap<>();

    /** The key as written at {@code revision} is to be deleted. */
    record Deadline(Instant at, String key, long revision) {}

    /** A row replaces or ends the deadline of its key. */
    void add(Row row) {
        Optional.ofNullable(byKey.remove(row.key())).ifPresent(order::remove);
        row.expiresAt().ifPresent(at -> {
            Deadline deadline = new Deadline(at, row.key(), row.revision());
            byKey.put(row.key(), deadline);
            order.add(deadline);
        });
    }

    Optional<Instant> earliest() {
        return order.isEmpty() ? Optional.empty() : Optional.of(order.first().at());
    }

    /** The first deadlines that have passed, at most so many; they stay until the deletion's row is added. */
    List<Deadline> due(Instant now, int limit) {
        List<Deadline> due = new ArrayList<>();
        for (Deadline deadline : order) {
            if (due.size() == limit || deadline.at().isAfter(now)) {
                break;
            }
            due.add(deadline);
        }
        return due;
    }
}

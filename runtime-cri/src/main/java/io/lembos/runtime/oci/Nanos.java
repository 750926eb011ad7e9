package io.lembos.runtime.oci;

import io.lembos.runtime.time.RuntimeClock;
import java.time.Instant;

/** The time as CRI has it: nanoseconds since the epoch. */
record Nanos(RuntimeClock clock) {
    long now() {
        Instant now = clock.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}

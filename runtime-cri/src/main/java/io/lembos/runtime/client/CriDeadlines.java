package io.lembos.runtime.client;

import java.time.Duration;

/**
 * How long a call may take. The stop of a container and an exec get their own time on top of {@code change}.
 *
 * @param query reading calls: version, status, lists, stats
 * @param change calls that make, start, stop or remove something
 * @param pull fetching an image
 */
public record CriDeadlines(Duration query, Duration change, Duration pull) {

    /** The kubelet's numbers: two minutes for a step, twice that for a sandbox is covered by {@code change}. */
    public static CriDeadlines defaults() {
        return new CriDeadlines(Duration.ofSeconds(30), Duration.ofMinutes(4), Duration.ofMinutes(30));
    }
}

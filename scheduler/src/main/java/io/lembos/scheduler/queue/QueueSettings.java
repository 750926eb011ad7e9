package io.lembos.scheduler.queue;

import java.time.Duration;

/**
 * How long pods wait, as in a KubeSchedulerConfiguration.
 *
 * @param podInitialBackoff after the first failed attempt; doubled after each further one
 * @param podMaxBackoff the most
 * @param podMaxInUnschedulable after this time a pod is tried again although nothing happened that promises help
 */
public record QueueSettings(Duration podInitialBackoff, Duration podMaxBackoff, Duration podMaxInUnschedulable) {
    public static final QueueSettings DEFAULT =
            new QueueSettings(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMinutes(5));

    private static final int DOUBLINGS_MAX = 30;

    Duration backoff(int failures) {
        if (failures == 0) {
            return Duration.ZERO;
        }
        Duration delay = podInitialBackoff.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_MAX));
        return delay.compareTo(podMaxBackoff) > 0 ? podMaxBackoff : delay;
    }
}

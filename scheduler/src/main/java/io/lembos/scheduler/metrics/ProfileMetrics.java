package io.lembos.scheduler.metrics;

import io.lembos.api.time.Clock;
import io.lembos.scheduler.queue.SchedulingQueue.Taken;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import java.util.EnumMap;
import java.util.Map;

/**
 * What is counted for the pods of one profile. All data points are found once, so that counting is an addition. Safe for all
 * threads.
 */
public final class ProfileMetrics {
    private static final double NANOS = 1e9;

    private final SchedulerMetrics all;
    private final Clock clock;
    private final Map<Result, CounterDataPoint> attempts = new EnumMap<>(Result.class);
    private final Map<Result, DistributionDataPoint> attemptSeconds = new EnumMap<>(Result.class);
    private final Map<Result, CounterDataPoint> groupAttempts = new EnumMap<>(Result.class);
    private final Map<Result, DistributionDataPoint> groupSeconds = new EnumMap<>(Result.class);
    private final Map<Point, DistributionDataPoint> done = new EnumMap<>(Point.class);
    private final Map<Point, DistributionDataPoint> refused = new EnumMap<>(Point.class);

    ProfileMetrics(SchedulerMetrics all, Clock clock, String profile) {
        this.all = all;
        this.clock = clock;
        for (Result result : Result.values()) {
            attempts.put(result, all.attempts.labelValues(result.label, profile));
            attemptSeconds.put(result, all.attemptSeconds.labelValues(result.label, profile));
            groupAttempts.put(result, all.groupAttempts.labelValues(result.label, profile));
            groupSeconds.put(result, all.groupSeconds.labelValues(result.label, profile));
        }
        for (Point point : Point.values()) {
            done.put(point, all.pointSeconds.labelValues(point.label, "Success", profile));
            refused.put(point, all.pointSeconds.labelValues(point.label, "Unschedulable", profile));
        }
    }

    /** An attempt has ended. */
    public void attempt(Taken taken, Result result) {
        attempts.get(result).inc();
        attemptSeconds.get(result).observe(secondsSince(taken.takenNanos()));
        if (result == Result.SCHEDULED) {
            all.podAttempts.observe(taken.attempt());
            all.way(taken.attempt()).observe(secondsSince(taken.enteredNanos()));
        }
    }

    /** The same of a group of pods. */
    public void groupAttempt(long beginNanos, Result result) {
        groupAttempts.get(result).inc();
        groupSeconds.get(result).observe(secondsSince(beginNanos));
    }

    /** The decision itself. */
    public void decided(long beginNanos) {
        all.algorithmSeconds.observe(secondsSince(beginNanos));
    }

    public void groupDecided(long beginNanos) {
        all.groupAlgorithmSeconds.observe(secondsSince(beginNanos));
    }

    /**
     * The plugins of a point have been called.
     *
     * @param success whether none objected
     */
    public void called(Point point, long beginNanos, boolean success) {
        (success ? done : refused).get(point).observe(secondsSince(beginNanos));
    }

    /** A pod has waited for permission. */
    public void waited(long beginNanos, boolean success) {
        (success ? all.permitted : all.notPermitted).observe(secondsSince(beginNanos));
    }

    private double secondsSince(long nanos) {
        return (clock.nanoTime() - nanos) / NANOS;
    }
}

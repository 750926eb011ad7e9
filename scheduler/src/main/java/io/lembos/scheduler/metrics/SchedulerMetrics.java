package io.lembos.scheduler.metrics;

import io.lembos.api.time.Clock;
import io.lembos.scheduler.cache.CacheSizes;
import io.lembos.scheduler.queue.Incoming;
import io.lembos.scheduler.queue.QueueCounts;
import io.lembos.scheduler.queue.Rejections;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What the scheduler counts, with kube-scheduler's names, labels and buckets (pkg/scheduler/metrics). It counts whether
 * anybody asks or not; what can be read when somebody asks is not counted at all. Safe for all threads.
 */
public final class SchedulerMetrics {
    private static final String PREFIX = "scheduler_";
    /** Attempts of a pod that are told apart. */
    private static final int ATTEMPTS_MAX = 15;

    final Counter attempts = counter(
            "schedule_attempts_total",
            "Number of attempts to schedule pods, by the result. 'unschedulable' means a pod could not be scheduled, while"
                    + " 'error' means an internal scheduler problem.",
            "result",
            "profile");
    final Histogram attemptSeconds = histogram(
            "scheduling_attempt_duration_seconds",
            "Scheduling attempt latency in seconds (scheduling algorithm + binding)",
            Buckets.ATTEMPT_SECONDS,
            "result",
            "profile");
    final Histogram algorithmSeconds = histogram(
            "scheduling_algorithm_duration_seconds",
            "Scheduling algorithm latency in seconds",
            Buckets.ATTEMPT_SECONDS);
    final Histogram podAttempts = histogram(
            "pod_scheduling_attempts", "Number of attempts to successfully schedule a pod.", Buckets.ATTEMPTS);
    final Histogram pointSeconds = histogram(
            "framework_extension_point_duration_seconds",
            "Latency for running all plugins of a specific extension point.",
            Buckets.POINT_SECONDS,
            "extension_point",
            "status",
            "profile");
    final Counter groupAttempts = counter(
            "podgroup_schedule_attempts_total",
            "Number of attempts to schedule pod group, by the result. 'unschedulable' means a pod group could not be"
                    + " scheduled, while 'error' means an internal scheduler problem.",
            "result",
            "profile");
    final Histogram groupSeconds = histogram(
            "podgroup_scheduling_attempt_duration_seconds",
            "Pod group scheduling attempt latency in seconds",
            Buckets.ATTEMPT_SECONDS,
            "result",
            "profile");
    final Histogram groupAlgorithmSeconds = histogram(
            "podgroup_scheduling_algorithm_duration_seconds",
            "Pod group scheduling algorithm latency in seconds",
            Buckets.ATTEMPT_SECONDS);
    final DistributionDataPoint permitted;
    final DistributionDataPoint notPermitted;
    private final Histogram permitSeconds = histogram(
            "permit_wait_duration_seconds", "Duration of waiting on permit.", Buckets.ATTEMPT_SECONDS, "result");
    private final Histogram waySeconds = histogram(
            "pod_scheduling_sli_duration_seconds",
            "E2e latency for a pod being scheduled, from the time the pod enters the scheduling queue and might involve"
                    + " multiple scheduling attempts.",
            Buckets.WAY_SECONDS,
            "attempts");
    private final Counter preemptions =
            counter("preemption_attempts_total", "Total preemption attempts in the cluster till now");
    private final Histogram victims =
            histogram("preemption_victims", "Number of selected preemption victims", Buckets.VICTIMS);
    private final DistributionDataPoint[] ways = new DistributionDataPoint[ATTEMPTS_MAX + 1];
    private final Map<String, ProfileMetrics> profiles = new HashMap<>();

    /** What is read when somebody asks. */
    public record Readings(
            Supplier<QueueCounts> pending,
            Supplier<Map<Incoming, Long>> incoming,
            Supplier<List<Rejections>> rejections,
            Supplier<Map<String, Long>> inFlight,
            Supplier<CacheSizes> cache) {}

    public SchedulerMetrics(Clock clock, Set<String> schedulerNames) {
        permitted = permitSeconds.labelValues("Success");
        notPermitted = permitSeconds.labelValues("Unschedulable");
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            ways[attempt] = waySeconds.labelValues(attempt == ATTEMPTS_MAX ? "15+" : String.valueOf(attempt));
        }
        schedulerNames.forEach(name -> profiles.put(name, new ProfileMetrics(this, clock, name)));
    }

    /** @param schedulerName one of those that were given */
    public ProfileMetrics of(String schedulerName) {
        return profiles.get(schedulerName);
    }

    /** A pod has looked for others to take the place of. */
    public void preempted(int victimCount) {
        preemptions.inc();
        if (victimCount > 0) {
            victims.observe(victimCount);
        }
    }

    DistributionDataPoint way(int attempt) {
        return ways[Math.min(attempt, ATTEMPTS_MAX)];
    }

    public void register(PrometheusRegistry registry, Readings readings) {
        for (Histogram each : List.of(
                attemptSeconds,
                algorithmSeconds,
                podAttempts,
                pointSeconds,
                groupSeconds,
                groupAlgorithmSeconds,
                permitSeconds,
                waySeconds,
                victims)) {
            registry.register(each);
        }
        List.of(attempts, groupAttempts, preemptions).forEach(registry::register);
        gauge(
                        "pending_pods",
                        "Number of pending pods, by the queue type. 'active' means number of pods in activeQ;"
                                + " 'backoff' means number of pods in backoffQ; 'unschedulable' means number of pods in"
                                + " unschedulablePods that the scheduler attempted to schedule and failed; 'gated' is the number"
                                + " of unschedulable pods that the scheduler never attempted to schedule because they are gated.",
                        "queue")
                .callback(call -> {
                    QueueCounts counts = readings.pending().get();
                    call.call(counts.active(), "active");
                    call.call(counts.backoff(), "backoff");
                    call.call(counts.unschedulable(), "unschedulable");
                    call.call(counts.gated(), "gated");
                })
                .register(registry);
        CounterWithCallback.builder()
                .name(PREFIX + "queue_incoming_pods_total")
                .help("Number of pods added to scheduling queues by event and queue type.")
                .labelNames("queue", "event")
                .callback(call ->
                        readings.incoming().get().forEach((in, count) -> call.call(count, in.queue(), in.event())))
                .register(registry);
        gauge(
                        "unschedulable_pods",
                        "The number of unschedulable pods broken down by plugin name. A pod will increment the"
                                + " gauge for all plugins that caused it to not schedule and so this metric have meaning only when"
                                + " broken down by plugin.",
                        "plugin",
                        "profile")
                .callback(call -> readings.rejections()
                        .get()
                        .forEach(each -> call.call(each.pods(), each.plugin(), each.profile())))
                .register(registry);
        gauge("inflight_events", "Number of events currently tracked in the scheduling queue.", "event")
                .callback(call -> readings.inFlight().get().forEach((event, count) -> call.call(count, event)))
                .register(registry);
        gauge("cache_size", "Number of nodes, pods, and assumed (bound) pods in the scheduler cache.", "type")
                .callback(call -> {
                    CacheSizes sizes = readings.cache().get();
                    call.call(sizes.nodes(), "nodes");
                    call.call(sizes.pods(), "pods");
                    call.call(sizes.assumedPods(), "assumed_pods");
                })
                .register(registry);
    }

    private static Counter counter(String name, String help, String... labels) {
        return Counter.builder()
                .name(PREFIX + name)
                .help(help)
                .labelNames(labels)
                .build();
    }

    private static Histogram histogram(String name, String help, double[] bounds, String... labels) {
        return Histogram.builder()
                .name(PREFIX + name)
                .help(help)
                .classicOnly()
                .classicUpperBounds(bounds)
                .labelNames(labels)
                .build();
    }

    private static GaugeWithCallback.Builder gauge(String name, String help, String... labels) {
        return GaugeWithCallback.builder().name(PREFIX + name).help(help).labelNames(labels);
    }
}

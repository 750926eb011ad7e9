package io.lembos.scheduler;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.pod;
import static io.lembos.scheduler.gang.Gangs.gang;
import static io.lembos.scheduler.gang.Gangs.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lembos.api.meta.Resources;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What monitoring reads of a scheduler that has decided. */
class MetricsTest {
    private static final String PROFILE = "default-scheduler";

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private LiveCluster cluster;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        cluster = new LiveCluster(directory);
        Scheduler scheduler = cluster.start((client, clock) -> new Scheduler(client, clock, new Random(1)));
        scheduler.publish(registry);
        cluster.create(node("n", "2", "8Gi"));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void attemptsAreCountedByHowTheyEnd() {
        cluster.create(pod("fits", "1", "1Gi"));
        cluster.awaitNode("fits", "n");
        cluster.create(pod("large", "9", "1Gi"));
        await().untilAsserted(() -> {
            assertThat(value("scheduler_schedule_attempts", "result", "scheduled", "profile", PROFILE))
                    .isEqualTo(1);
            assertThat(value("scheduler_schedule_attempts", "result", "unschedulable", "profile", PROFILE))
                    .isEqualTo(1);
            assertThat(value("scheduler_schedule_attempts", "result", "error", "profile", PROFILE))
                    .isZero();
            assertThat(value(
                            "scheduler_scheduling_attempt_duration_seconds", "result", "scheduled", "profile", PROFILE))
                    .isEqualTo(1);
            assertThat(value("scheduler_scheduling_algorithm_duration_seconds")).isEqualTo(2);
            assertThat(value("scheduler_pod_scheduling_attempts")).isEqualTo(1);
            assertThat(value("scheduler_pod_scheduling_sli_duration_seconds", "attempts", "1"))
                    .isEqualTo(1);
            assertThat(value("scheduler_preemption_attempts")).isEqualTo(1);
            assertThat(value("scheduler_preemption_victims")).isZero();
            assertThat(value(
                            "scheduler_framework_extension_point_duration_seconds",
                            "extension_point",
                            "Bind",
                            "status",
                            "Success",
                            "profile",
                            PROFILE))
                    .isEqualTo(1);
        });
    }

    @Test
    void whatWaitsAndWhatIsKnownIsReadWhenSomebodyAsks() {
        cluster.create(pod("fits", "1", "1Gi"));
        cluster.awaitNode("fits", "n");
        cluster.create(pod("large", "9", "1Gi"));
        await().untilAsserted(() -> {
            assertThat(value("scheduler_pending_pods", "queue", "unschedulable"))
                    .isEqualTo(1);
            assertThat(value("scheduler_pending_pods", "queue", "active")).isZero();
            assertThat(value("scheduler_unschedulable_pods", "plugin", "NodeResourcesFit", "profile", PROFILE))
                    .isEqualTo(1);
            assertThat(value("scheduler_queue_incoming_pods", "queue", "active", "event", "UnschedulablePodAdd"))
                    .isEqualTo(2);
            assertThat(value("scheduler_cache_size", "type", "nodes")).isEqualTo(1);
            assertThat(value("scheduler_cache_size", "type", "pods")).isEqualTo(1);
            assertThat(value("scheduler_cache_size", "type", "assumed_pods")).isZero();
        });
    }

    @Test
    void groupsAreCountedAsGroups() {
        cluster.admin().create(Resources.POD_GROUPS, gang("g", 2));
        cluster.create(in("g", pod("a", "1", "1Gi")));
        cluster.create(in("g", pod("b", "1", "1Gi")));
        cluster.awaitNode("b", "n");
        await().untilAsserted(() -> {
            assertThat(value("scheduler_podgroup_schedule_attempts", "result", "scheduled", "profile", PROFILE))
                    .isEqualTo(1);
            assertThat(value("scheduler_podgroup_scheduling_algorithm_duration_seconds"))
                    .isEqualTo(1);
            assertThat(value("scheduler_schedule_attempts", "result", "scheduled", "profile", PROFILE))
                    .isEqualTo(2);
        });
    }

    /** Of a histogram, how many values it has seen. */
    private double value(String name, String... labels) {
        MetricSnapshot metric = registry.scrape(each -> each.equals(name)).stream()
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + name));
        DataPointSnapshot point = metric.getDataPoints().stream()
                .filter(each -> each.getLabels().equals(Labels.of(labels)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " has no " + Labels.of(labels)));
        return switch (point) {
            case CounterDataPointSnapshot counter -> counter.getValue();
            case GaugeDataPointSnapshot gauge -> gauge.getValue();
            case HistogramDataPointSnapshot histogram -> histogram.getCount();
            default -> throw new AssertionError(point.getClass());
        };
    }
}

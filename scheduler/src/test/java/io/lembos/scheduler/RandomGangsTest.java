package io.lembos.scheduler;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.pod;
import static io.lembos.scheduler.gang.Gangs.gang;
import static io.lembos.scheduler.gang.Gangs.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.client.ListOptions;
import io.lembos.api.meta.Resources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gangs in too little room, in any order, with pods of none between them: nobody is left with a part of its gang. */
class RandomGangsTest {
    private static final int NODES = 6;
    private static final int GANGS = 12;

    private record Gang(String name, int minCount, int pods) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void noGangIsEverPartlyBound(long seed, @TempDir Path directory) throws Exception {
        Random random = new Random(seed);
        try (LiveCluster cluster = new LiveCluster(directory)) {
            Scheduler scheduler = cluster.start((client, clock) -> new Scheduler(client, clock, random));
            List<Gang> gangs = new ArrayList<>();
            List<Runnable> steps = new ArrayList<>();
            for (int n = 0; n < NODES; n++) {
                String name = "node-" + n;
                int cpu = 1 + random.nextInt(4);
                steps.add(() -> cluster.create(node(name, String.valueOf(cpu), "64Gi")));
            }
            for (int g = 0; g < GANGS; g++) {
                int minCount = 1 + random.nextInt(4);
                Gang gang = new Gang("gang-" + g, minCount, minCount + random.nextInt(2));
                gangs.add(gang);
                steps.add(() -> cluster.admin().create(Resources.POD_GROUPS, gang(gang.name(), gang.minCount())));
                for (int p = 0; p < gang.pods(); p++) {
                    Pod member = in(gang.name(), pod(gang.name() + "-" + p, "500m", "1Gi"));
                    steps.add(() -> cluster.create(member));
                }
                String single = "single-" + g;
                steps.add(() -> cluster.create(pod(single, "500m", "1Gi")));
            }
            Collections.shuffle(steps, random);
            for (Runnable step : steps) {
                step.run();
                if (random.nextInt(4) == 0) {
                    cluster.clock.advance(Duration.ofSeconds(5));
                }
            }
            cluster.clock.advance(Duration.ofSeconds(30));
            await().untilAsserted(() -> {
                assertThat(scheduler.pendingPods().active()).isZero();
                assertThat(scheduler.pendingPods().backoff()).isZero();
                Map<String, Integer> bound = bound(cluster);
                assertThat(bound.values().stream().mapToInt(i -> i).sum()).isPositive();
                for (Gang gang : gangs) {
                    assertThat(bound.getOrDefault(gang.name(), 0))
                            .satisfiesAnyOf(
                                    count -> assertThat(count).isZero(),
                                    count -> assertThat(count).isGreaterThanOrEqualTo(gang.minCount()));
                }
            });
        }
    }

    private static Map<String, Integer> bound(LiveCluster cluster) {
        Map<String, Integer> bound = new HashMap<>();
        Predicate<Pod> hasNode = pod -> pod.getSpec().getNodeName() != null;
        cluster.admin().list(Resources.PODS, ListOptions.ALL).items().stream()
                .filter(hasNode.and(pod -> pod.getSpec().getSchedulingGroup() != null))
                .forEach(pod -> bound.merge(pod.getSpec().getSchedulingGroup().getPodGroupName(), 1, Integer::sum));
        return bound;
    }
}

package io.lembos.scheduler.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.selector.LabelSelectors;
import io.lembos.scheduler.RandomDomains;
import io.lembos.scheduler.Samples;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.plugins.DefaultPlugins;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What {@link SchedulingCycle} decides with what it has kept is what asking every plugin about every node says. */
class FastPathTest {
    private static final Profile PROFILE = DefaultPlugins.profile("default-scheduler");

    @Test
    void decidesAsTheFullEvaluationDoes() {
        int chosen = 0;
        int refused = 0;
        for (long seed = 0; seed < 300; seed++) {
            Run run = new Run(seed);
            for (int step = 0; step < 150; step++) {
                run.step();
            }
            chosen += run.chosen;
            refused += run.refused;
        }
        assertThat(chosen).isGreaterThan(5_000);
        assertThat(refused).isGreaterThan(1_000);
    }

    /** One random history of a cluster. */
    private static final class Run {
        private final long seed;
        private final Random random;
        private final SchedulerCache cache = new SchedulerCache();
        private final SchedulingCycle cycle = new SchedulingCycle(PROFILE, cache);
        private final List<Pod> templates = new ArrayList<>();
        private final List<Pod> placed = new ArrayList<>();
        private final RandomDomains domains;
        private final boolean nominations;
        private int nodes;
        private int pods;
        private int chosen;
        private int refused;

        Run(long seed) {
            this.seed = seed;
            random = new Random(seed);
            nominations = random.nextInt(6) == 0;
            domains = new RandomDomains(random, random.nextInt(8) == 0);
            for (int i = 0; i < 1 + random.nextInt(10); i++) {
                addNode();
            }
            for (int i = 0; i < 6; i++) {
                templates.add(domains.template(i));
            }
            cache.surroundings(
                    s -> s.withNamespace("default", Map.of("team", "a")).withNamespace("other", Map.of()));
            if (random.nextBoolean()) {
                cache.surroundings(s -> s.withWorkload(
                        "Service", new ObjectKey("default", "s"), LabelSelectors.ofMap(Map.of("app", "web"))));
            }
        }

        void step() {
            switch (random.nextInt(40)) {
                case 0, 1, 2 -> removePod();
                case 3 -> terminate();
                case 4, 5, 6, 7, 8, 9 -> changeTaints();
                case 10 -> relabelNode();
                case 11 -> addNode();
                case 12 -> removeNode();
                case 13 -> nominate();
                case 14, 15 -> addPodElsewhere();
                default -> schedule();
            }
        }

        private void schedule() {
            Pod pod = next(templates.get(random.nextInt(templates.size())));
            PodInfo info = PodInfo.of(pod);
            Snapshot snapshot = cache.snapshot();
            Decision decision = cycle.run(info, Optional.empty(), snapshot, random);
            Evaluation full = Evaluation.of(PROFILE, info, snapshot);
            switch (decision) {
                case Decision.Chosen c -> {
                    chosen++;
                    long best = full.feasible().stream()
                            .mapToLong(Evaluation.Feasible::total)
                            .max()
                            .orElseThrow();
                    long own = full.feasible().stream()
                            .filter(f -> f.node().name().equals(c.node()))
                            .mapToLong(Evaluation.Feasible::total)
                            .findFirst()
                            .orElseThrow();
                    assertThat(own).as("seed %d", seed).isEqualTo(best);
                    assertThat(c.score()).as("seed %d", seed).isEqualTo(best);
                    assertThat(c.feasibleNodes())
                            .as("seed %d", seed)
                            .isEqualTo(full.feasible().size());
                    cache.assume(info, c.node());
                    placed.add(Samples.on(pod, c.node()));
                }
                case Decision.Unschedulable u -> {
                    refused++;
                    assertThat(u.diagnosis()).as("seed %d", seed).isEqualTo(full.diagnosis());
                }
            }
        }

        private void addPodElsewhere() {
            Snapshot snapshot = cache.snapshot();
            if (snapshot.size() > 0) {
                Pod pod = next(templates.get(random.nextInt(templates.size())));
                Pod on = Samples.on(
                        pod, snapshot.node(random.nextInt(snapshot.size())).name());
                cache.putPod(on);
                placed.add(on);
            }
        }

        private void removePod() {
            if (!placed.isEmpty()) {
                cache.removePod(placed.remove(random.nextInt(placed.size()))
                        .getMetadata()
                        .getUid());
            }
        }

        private void terminate() {
            if (!placed.isEmpty()) {
                cache.putPod(new PodBuilder(placed.get(random.nextInt(placed.size())))
                        .editMetadata()
                        .withDeletionTimestamp("2026-01-01T00:00:00Z")
                        .endMetadata()
                        .build());
            }
        }

        private void nominate() {
            Snapshot snapshot = cache.snapshot();
            if (snapshot.size() > 0 && random.nextInt(3) == 0) {
                PodInfo pod = PodInfo.of(next(templates.get(random.nextInt(templates.size()))));
                cache.nominate(
                        pod, snapshot.node(random.nextInt(snapshot.size())).name());
                if (nominations) {
                    cache.nominate(pod, snapshot.node(0).name());
                } else {
                    cache.denominate(pod.uid());
                }
            }
        }

        private void addNode() {
            cache.putNode(domains.node("n" + nodes++));
        }

        /** Labels stay: what is kept of the node's domains stays too. */
        private void changeTaints() {
            anyNode()
                    .ifPresent(n -> cache.putNode(new NodeBuilder(n.node())
                            .withSpec(domains.node(n.name()).getSpec())
                            .build()));
        }

        private void relabelNode() {
            anyNode().ifPresent(n -> cache.putNode(domains.node(n.name())));
        }

        private Optional<NodeInfo> anyNode() {
            Snapshot snapshot = cache.snapshot();
            return snapshot.size() == 0
                    ? Optional.empty()
                    : Optional.of(snapshot.node(random.nextInt(snapshot.size())));
        }

        private void removeNode() {
            Snapshot snapshot = cache.snapshot();
            if (snapshot.size() > 1 && random.nextInt(3) == 0) {
                cache.removeNode(snapshot.node(random.nextInt(snapshot.size())).name());
            }
        }

        private Pod next(Pod template) {
            String name = "p" + pods++;
            return new PodBuilder(template)
                    .editMetadata()
                    .withName(name)
                    .withUid("uid-" + name)
                    .endMetadata()
                    .build();
        }
    }
}

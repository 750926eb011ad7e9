package io.lembos.scheduler.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.Samples;
import io.lembos.scheduler.Volumes;
import io.lembos.scheduler.cache.ClassKey;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Promise;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.plugins.DefaultPlugins;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Pods with volumes of their own share classes, and are decided about as if they did not. */
class VolumeFastPathTest {
    private static final Profile PROFILE = DefaultPlugins.profile("default-scheduler");
    private static final String[] ZONES = {"a", "b"};
    private static final int CLAIMS = 14;

    @Test
    void podsWithVolumesOfTheSameKindShareAClass() {
        SchedulerCache cache = new SchedulerCache();
        for (String each : List.of("1", "2")) {
            Volumes.put(cache, Volumes.claim(each));
            Volumes.put(cache, Volumes.volume(each));
        }
        assertThat(key(cache, "1")).isEqualTo(key(cache, "2"));
    }

    @Test
    void podsWhoseVolumesReachOtherNodesNeverShareAClass() {
        SchedulerCache cache = new SchedulerCache();
        for (String each : List.of("1", "2")) {
            Volumes.put(cache, Volumes.claim(each));
            Volumes.put(cache, Volumes.reachable(Volumes.volume(each), "zone", each));
        }
        assertThat(key(cache, "1")).isNotEqualTo(key(cache, "2"));
    }

    @Test
    void podWhoseVolumeIsInUseSharesWithThoseOfTheSameVolumeOnly() {
        SchedulerCache cache = new SchedulerCache();
        for (String each : List.of("1", "2")) {
            Volumes.put(cache, Volumes.claim(each));
            Volumes.put(cache, Volumes.volume(each));
        }
        cache.putNode(Samples.node("n", "4", "8Gi"));
        cache.assume(pod("user", "1"), "n");
        assertThat(key(cache, "1")).isNotEqualTo(key(cache, "2"));
    }

    @Test
    void podsWhoseClaimsAskForTheSameShareAClass() {
        SchedulerCache cache = new SchedulerCache();
        Volumes.put(cache, Volumes.type("fast", "fast.example.com"));
        for (String each : List.of("1", "2")) {
            Volumes.put(cache, Volumes.waiting(each, "fast", "1Gi"));
        }
        Volumes.put(cache, Volumes.waiting("3", "fast", "2Gi"));
        assertThat(key(cache, "1")).isEqualTo(key(cache, "2")).isNotEqualTo(key(cache, "3"));
        ObjectKey claim = ObjectKey.of("default", "claim-1");
        cache.storage(s -> s.promising(claim, Promise.of("", "n"), "uid"), Optional.empty());
        assertThat(key(cache, "1")).isNotEqualTo(key(cache, "2"));
    }

    @Test
    void decidesAsTheFullEvaluationDoes() {
        Set<String> reasons = new HashSet<>();
        int chosen = 0;
        for (long seed = 0; seed < 200; seed++) {
            Run run = new Run(seed, reasons);
            for (int step = 0; step < 150; step++) {
                run.step();
            }
            chosen += run.chosen;
        }
        assertThat(chosen).isGreaterThan(2_000);
        assertThat(reasons)
                .anyMatch(r -> r.contains("exceed max volume count"))
                .anyMatch(r -> r.contains("PersistentVolume's node affinity"))
                .anyMatch(r -> r.contains("no available volume zone"))
                .anyMatch(r -> r.contains("ReadWriteOncePod"))
                .anyMatch(r -> r.contains("non-existent pv"))
                .anyMatch(r -> r.contains("available persistent volumes to bind"))
                .anyMatch(r -> r.contains("enough free storage"))
                .anyMatch(r -> r.contains("not found"));
    }

    private static ClassKey key(SchedulerCache cache, String claim) {
        return ClassKey.of(pod("p" + claim, claim), cache.snapshot().surroundings());
    }

    private static PodInfo pod(String name, String... claims) {
        return PodInfo.of(Volumes.using(Samples.pod(name, "100m", "1Gi"), claims));
    }

    /** One random history of a cluster. */
    private static final class Run {
        private final long seed;
        private final Random random;
        private final Set<String> reasons;
        private final SchedulerCache cache = new SchedulerCache();
        private final SchedulingCycle cycle = new SchedulingCycle(PROFILE, cache);
        private final List<String> placed = new ArrayList<>();
        private int pods;
        private int chosen;

        Run(long seed, Set<String> reasons) {
            this.seed = seed;
            this.reasons = reasons;
            random = new Random(seed);
            for (int i = 0; i < 1 + random.nextInt(5); i++) {
                NodeBuilder node = new NodeBuilder(Samples.node("n" + i, "4", "64Gi"));
                String zone = ZONES[random.nextInt(2)];
                node.editMetadata()
                        .addToLabels("topology.kubernetes.io/zone", zone)
                        .addToLabels("zone", zone)
                        .endMetadata();
                cache.putNode(node.build());
                csiNode(i);
            }
            Volumes.put(cache, Volumes.type("local", "kubernetes.io/no-provisioner"));
            Volumes.put(cache, Volumes.type("fast", Volumes.DRIVER));
            for (int i = 0; i < CLAIMS; i++) {
                if (random.nextInt(10) > 0) {
                    claim(i);
                }
                if (random.nextInt(10) > 0) {
                    volume(i);
                }
            }
        }

        void step() {
            switch (random.nextInt(20)) {
                case 0 -> claim(random.nextInt(CLAIMS));
                case 1 -> volume(random.nextInt(CLAIMS));
                case 2 -> csiNode(random.nextInt(cache.snapshot().size()));
                case 3 -> removeClaim(random.nextInt(CLAIMS));
                case 4, 5, 6, 7 -> removePod();
                case 8 -> nominate();
                case 9 -> promise(random.nextInt(CLAIMS));
                case 10 -> storage();
                default -> schedule();
            }
        }

        private void csiNode(int node) {
            Volumes.put(cache, Volumes.csiNode("n" + node, 1 + random.nextInt(3)));
        }

        private void promise(int number) {
            ObjectKey claim = ObjectKey.of("default", "claim-" + number);
            String volume = random.nextBoolean() ? "" : "pv-" + random.nextInt(CLAIMS);
            if (random.nextBoolean()) {
                cache.storage(s -> s.promising(claim, Promise.of(volume, "n0"), "uid-promised"), Optional.empty());
            } else {
                cache.storage(s -> s.notPromising(claim, "uid-promised"), Optional.empty());
            }
        }

        private void storage() {
            Volumes.put(cache, Volumes.driver(Volumes.DRIVER, random.nextBoolean()));
            String size = 1 + random.nextInt(3) + "Gi";
            Volumes.put(cache, Volumes.capacity("fast", size, "zone", ZONES[random.nextInt(2)]));
        }

        private void claim(int number) {
            if (random.nextInt(3) == 0) {
                String type = random.nextBoolean() ? "local" : "fast";
                Volumes.put(cache, Volumes.waiting("" + number, type, 1 + random.nextInt(3) + "Gi"));
                return;
            }
            PersistentVolumeClaim claim = Volumes.claim("" + number);
            if (random.nextInt(4) == 0) {
                claim.getSpec().setAccessModes(List.of("ReadWriteOncePod"));
            }
            if (random.nextInt(12) == 0) {
                claim = new PersistentVolumeClaimBuilder(claim)
                        .editMetadata()
                        .withDeletionTimestamp("2026-01-01T00:00:00Z")
                        .endMetadata()
                        .build();
            }
            Volumes.put(cache, claim);
        }

        private void removeClaim(int number) {
            PersistentVolumeClaim claim = Volumes.claim("" + number);
            cache.storage(s -> s.without(claim), Optional.of(ObjectKey.of(claim)));
        }

        private void volume(int number) {
            if (random.nextInt(3) == 0) {
                String type = random.nextInt(3) == 0 ? "fast" : "local";
                PersistentVolume free = Volumes.free("" + number, type, 1 + random.nextInt(4) + "Gi", "");
                Volumes.put(
                        cache, random.nextBoolean() ? free : Volumes.reachable(free, "zone", ZONES[random.nextInt(2)]));
                return;
            }
            PersistentVolume volume = Volumes.volume("" + number);
            switch (random.nextInt(6)) {
                case 0 -> volume = Volumes.reachable(volume, "zone", ZONES[random.nextInt(2)]);
                case 1 -> volume = Volumes.labelled(volume, "topology.kubernetes.io/zone", ZONES[random.nextInt(2)]);
                case 2 -> volume = sameHandle(volume);
                default -> {}
            }
            PersistentVolume put = volume;
            if (random.nextInt(12) == 0) {
                ObjectKey owner = ObjectKey.of("default", "claim-" + number);
                cache.storage(s -> s.without(put), Optional.of(owner));
            } else {
                Volumes.put(cache, put);
            }
        }

        private static PersistentVolume sameHandle(PersistentVolume volume) {
            return new PersistentVolumeBuilder(volume)
                    .editSpec()
                    .editCsi()
                    .withVolumeHandle("one")
                    .endCsi()
                    .endSpec()
                    .build();
        }

        private void schedule() {
            PodInfo info = next();
            Snapshot snapshot = cache.snapshot();
            Decision decision = cycle.run(info, Optional.empty(), snapshot, random);
            Evaluation full = Evaluation.of(PROFILE, info, snapshot);
            switch (decision) {
                case Decision.Chosen c -> {
                    chosen++;
                    assertThat(full.feasible())
                            .as("seed %d", seed)
                            .hasSize(c.feasibleNodes())
                            .anyMatch(f -> f.node().name().equals(c.node()) && f.total() == c.score());
                    cache.assume(info, c.node());
                    placed.add(info.uid());
                }
                case Decision.Unschedulable u -> {
                    var expected = (Decision.Unschedulable) full.decide(random);
                    assertThat(u.diagnosis()).as("seed %d", seed).isEqualTo(expected.diagnosis());
                    assertThat(u.resolvable()).as("seed %d", seed).isEqualTo(expected.resolvable());
                    reasons.add(u.diagnosis().message());
                }
            }
        }

        private void removePod() {
            if (!placed.isEmpty()) {
                cache.removePod(placed.remove(random.nextInt(placed.size())));
            }
        }

        private void nominate() {
            PodInfo pod = next();
            cache.nominate(pod, "n0");
            if (random.nextBoolean()) {
                cache.denominate(pod.uid());
            } else {
                placed.add(pod.uid());
            }
        }

        private PodInfo next() {
            String name = "p" + pods++;
            Pod bare = Samples.pod(name, "100m", "1Gi");
            String first = "" + random.nextInt(CLAIMS);
            return PodInfo.of(
                    random.nextInt(4) == 0
                            ? Volumes.using(bare, first, "" + random.nextInt(CLAIMS))
                            : Volumes.using(bare, first));
        }
    }
}

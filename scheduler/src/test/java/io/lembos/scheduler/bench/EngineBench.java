package io.lembos.scheduler.bench;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.selector.LabelSelectors;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cycle.Decision;
import io.lembos.scheduler.cycle.Evaluation;
import io.lembos.scheduler.cycle.Profile;
import io.lembos.scheduler.cycle.SchedulingCycle;
import io.lembos.scheduler.plugins.DefaultPlugins;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * Decisions per second of the scheduling cycle alone, one thread, every node considered: each pod is decided and counted on
 * its node before the next. Beside it, the same decisions by asking every plugin about every node.
 */
final class EngineBench {
    private static final int RUNS = 5;
    private static final int DECISIONS = 10_000;
    private static final int SLOW_DECISIONS = 100;
    private static final Profile PROFILE = DefaultPlugins.profile("default-scheduler");

    private EngineBench() {}

    static void run() {
        Map<String, IntFunction<Pod>> pods = new LinkedHashMap<>();
        pods.put("basic", i -> SchedulerPods.standard("default"));
        pods.put("node affinity", i -> SchedulerPods.inZones("default", "zone-0", "zone-1"));
        pods.put("pod affinity", i -> SchedulerPods.affine("sched-1"));
        pods.put("preferred pod affinity", i -> SchedulerPods.preferring("sched-1", false));
        pods.put("pod anti-affinity", i -> SchedulerPods.antiAffine("sched-1", false));
        pods.put("spread by zone", i -> SchedulerPods.spread("default", true));
        pods.put("spread by default", i -> SchedulerPods.labelled("default"));
        pods.put("50 kinds of pods", i -> SchedulerPods.coloured("default", "c" + i % 50));
        for (int nodes : List.of(1_000, 5_000, 20_000)) {
            pods.forEach((name, pod) -> print(name, nodes, pod));
        }
    }

    private static void print(String name, int nodes, IntFunction<Pod> pod) {
        // One anti-affine pod per node; 40 of the standard ones.
        int decisions = name.equals("pod anti-affinity") ? nodes * 9 / 10 : DECISIONS;
        List<PodInfo> pods = pods(pod, decisions);
        Samples fast = new Samples();
        for (int i = 0; i <= RUNS; i++) {
            double rate = decide(cache(nodes), pods);
            if (i > 0) {
                fast.add(rate);
            }
        }
        SchedulerBenchmark.print(name + ", " + nodes + " nodes", fast.show("%.0f", "decisions/s"));
        if (nodes == 5_000) {
            SchedulerBenchmark.print(
                    "  the same without what is kept", String.format("%.0f decisions/s", slow(cache(nodes), pods)));
        }
    }

    private static List<PodInfo> pods(IntFunction<Pod> pod, int count) {
        List<PodInfo> pods = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            pods.add(PodInfo.of(new PodBuilder(pod.apply(i))
                    .editMetadata()
                    .withName("pod-" + i)
                    .withUid("uid-" + i)
                    .endMetadata()
                    .build()));
        }
        return pods;
    }

    private static SchedulerCache cache(int nodes) {
        SchedulerCache cache = new SchedulerCache();
        for (int i = 0; i < nodes; i++) {
            cache.putNode(SchedulerPods.node("node-" + i, "zone-" + i % 3));
        }
        cache.surroundings(s -> s.withWorkload(
                "Service", new ObjectKey("default", "service"), LabelSelectors.ofMap(Map.of("app", "scheduler-perf"))));
        return cache;
    }

    private static double decide(SchedulerCache cache, List<PodInfo> pods) {
        SchedulingCycle cycle = new SchedulingCycle(PROFILE, cache);
        Random random = new Random(1);
        long start = System.nanoTime();
        for (PodInfo pod : pods) {
            if (cycle.run(pod, Optional.empty(), cache.snapshot(), random) instanceof Decision.Chosen chosen) {
                cache.assume(pod, chosen.node());
            } else {
                throw new IllegalStateException("a pod of the benchmark finds no node");
            }
        }
        return pods.size() * 1e9 / (System.nanoTime() - start);
    }

    private static double slow(SchedulerCache cache, List<PodInfo> pods) {
        Random random = new Random(1);
        long start = System.nanoTime();
        for (PodInfo pod : pods.subList(0, SLOW_DECISIONS)) {
            Decision decision = Evaluation.of(PROFILE, pod, cache.snapshot()).decide(random);
            cache.assume(pod, ((Decision.Chosen) decision).node());
        }
        return SLOW_DECISIONS * 1e9 / (System.nanoTime() - start);
    }
}

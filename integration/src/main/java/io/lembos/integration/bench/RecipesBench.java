package io.lembos.integration.bench;

import static io.lembos.integration.bench.Recipe.MEASURED;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.lembos.api.meta.Resources;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * The cases by which Kubernetes judges its scheduler (scheduler_perf), on 5,000 nodes: pods are created through the API,
 * scheduled, bound and stored; the clock runs from the first creation to the moment when a watch has seen the last binding.
 */
final class RecipesBench {
    private static final int NODES = 5_000;
    private static final String INIT = "sched-0";
    private static final IntFunction<Node> PLAIN = i -> SchedulerPods.node("node-" + i, null);
    private static final IntFunction<Node> ONE_ZONE = i -> SchedulerPods.node("node-" + i, "zone1");
    private static final IntFunction<Node> THREE_ZONES = i -> SchedulerPods.node("node-" + i, "moon-" + (1 + i % 3));

    private static final List<Recipe> RECIPES = List.of(
            recipe(
                    "SchedulingBasic",
                    680,
                    PLAIN,
                    init(1_000, i -> SchedulerPods.standard(INIT)),
                    10_000,
                    i -> SchedulerPods.standard(MEASURED)),
            recipe(
                    "SchedulingBasic 50,000",
                    810,
                    PLAIN,
                    init(5_000, i -> SchedulerPods.standard(INIT)),
                    50_000,
                    i -> SchedulerPods.standard(MEASURED)),
            recipe(
                    "SchedulingNodeAffinity",
                    540,
                    ONE_ZONE,
                    init(5_000, i -> SchedulerPods.standard(INIT)),
                    10_000,
                    i -> SchedulerPods.inZones(MEASURED, "zone1", "zone2")),
            recipe(
                    "SchedulingPodAffinity",
                    70,
                    ONE_ZONE,
                    init(5_000, i -> SchedulerPods.affine(INIT)),
                    5_000,
                    i -> SchedulerPods.affine(MEASURED)),
            recipe(
                    "SchedulingPodAntiAffinity",
                    180,
                    PLAIN,
                    init(1_000, i -> SchedulerPods.antiAffine(INIT, false)),
                    2_000,
                    i -> SchedulerPods.antiAffine(MEASURED, false)),
            recipe(
                    "SchedulingPodMatchingAntiAffinity",
                    600,
                    PLAIN,
                    init(1_000, i -> SchedulerPods.antiAffine(INIT, false)),
                    5_000,
                    i -> SchedulerPods.coloured(MEASURED, "green")),
            recipe(
                    "SchedulingPreferredPodAffinity",
                    160,
                    PLAIN,
                    init(5_000, i -> SchedulerPods.preferring(INIT, false)),
                    5_000,
                    i -> SchedulerPods.preferring(MEASURED, false)),
            recipe(
                    "SchedulingPreferredPodAntiAffinity",
                    190,
                    PLAIN,
                    init(5_000, i -> SchedulerPods.avoiding(INIT, false)),
                    5_000,
                    i -> SchedulerPods.avoiding(MEASURED, false)),
            recipe(
                    "TopologySpreading",
                    460,
                    THREE_ZONES,
                    init(5_000, i -> SchedulerPods.standard(INIT)),
                    5_000,
                    i -> SchedulerPods.spread(MEASURED, true)),
            recipe(
                    "PreferredTopologySpreading",
                    340,
                    THREE_ZONES,
                    init(5_000, i -> SchedulerPods.standard(INIT)),
                    5_000,
                    i -> SchedulerPods.spread(MEASURED, false)),
            recipe(
                    "DefaultTopologySpreading",
                    160,
                    THREE_ZONES,
                    RecipesBench::service,
                    50_000,
                    i -> SchedulerPods.labelled(MEASURED)),
            selectors(
                    "RequiredPodAntiAffinityWithNSSelector",
                    140,
                    6_000,
                    40,
                    2_000,
                    n -> SchedulerPods.antiAffine(n, true)),
            selectors(
                    "PreferredAntiAffinityWithNSSelector", 180, NODES, 40, 2_000, n -> SchedulerPods.avoiding(n, true)),
            selectors(
                    "RequiredPodAffinityWithNSSelector", 180, NODES, 50, 2_000, n -> SchedulerPods.affineBySelector(n)),
            selectors("PreferredAffinityWithNSSelector", 190, NODES, 50, 5_000, n -> SchedulerPods.preferring(n, true)),
            new Recipe(
                    "PreemptionBasic",
                    0,
                    1_000,
                    PLAIN,
                    important(init(4_000, i -> SchedulerPods.lesser(INIT))),
                    1_000,
                    i -> SchedulerPods.important(MEASURED, "3"),
                    Optional.empty()),
            recipe(
                            "PreemptionAsync",
                            570,
                            PLAIN,
                            important(init(20_000, i -> SchedulerPods.lesser(INIT))),
                            5_000,
                            i -> SchedulerPods.standard(MEASURED))
                    .with(i -> SchedulerPods.important(INIT, "3")),
            recipe(
                            "Unschedulable",
                            600,
                            PLAIN,
                            important(init(20_000, i -> SchedulerPods.standard(INIT))),
                            10_000,
                            i -> SchedulerPods.standard(MEASURED))
                    .with(i -> SchedulerPods.important(INIT, "9")));

    private RecipesBench() {}

    static void run() {
        measure(RECIPES.getFirst()); // Warms the JVM up.
        String only = System.getProperty("recipe", "");
        for (Recipe recipe : RECIPES) {
            if (recipe.name().contains(only)) {
                Measured measured = measure(recipe);
                Bench.print(
                        recipe.name() + ", " + recipe.measured() + " pods",
                        String.format(
                                Locale.ROOT,
                                "%.0f pods/s  (%.1f s; %s)",
                                measured.rate(recipe.measured()),
                                measured.seconds(),
                                threshold(recipe)));
            }
        }
    }

    private static String threshold(Recipe recipe) {
        return recipe.upstream() == 0
                ? "kube-scheduler has no threshold"
                : "kube-scheduler's threshold " + recipe.upstream() + " pods/s";
    }

    private record Measured(double seconds) {
        double rate(int pods) {
            return pods / seconds;
        }
    }

    private static Measured measure(Recipe recipe) {
        try (SchedulerCluster cluster = new SchedulerCluster()) {
            cluster.create(Resources.NODES, recipe.nodes(), recipe.node());
            cluster.namespace(INIT, Map.of());
            cluster.namespace(MEASURED, Map.of("team", "devops"));
            recipe.before().accept(cluster);
            recipe.churn().ifPresent(cluster::churn);
            long start = System.nanoTime();
            cluster.create(Resources.PODS, recipe.measured(), recipe.pod());
            cluster.awaitBound(MEASURED, recipe.measured());
            return new Measured((System.nanoTime() - start) / 1e9);
        }
    }

    private static Recipe recipe(
            String name,
            int upstream,
            IntFunction<Node> node,
            Consumer<SchedulerCluster> before,
            int measured,
            IntFunction<Pod> pod) {
        return new Recipe(name, upstream, NODES, node, before, measured, pod, Optional.empty());
    }

    private static Consumer<SchedulerCluster> init(int count, IntFunction<Pod> pod) {
        return cluster -> {
            cluster.create(Resources.PODS, count, pod);
            cluster.awaitBound(INIT, count);
        };
    }

    /** With a class for pods that others must make room for. */
    private static Consumer<SchedulerCluster> important(Consumer<SchedulerCluster> before) {
        return before.andThen(cluster -> cluster.priorityClass(SchedulerPods.IMPORTANT, 10));
    }

    private static void service(SchedulerCluster cluster) {
        cluster.client()
                .create(
                        Resources.SERVICES,
                        new ServiceBuilder()
                                .withNewMetadata()
                                .withName("service")
                                .withNamespace(MEASURED)
                                .endMetadata()
                                .withNewSpec()
                                .addToSelector("app", "scheduler-perf")
                                .addNewPort()
                                .withPort(80)
                                .endPort()
                                .endSpec()
                                .build());
        init(5_000, i -> SchedulerPods.standard(INIT)).accept(cluster);
    }

    /** 100 namespaces that one selector names, with pods in each. */
    private static Recipe selectors(
            String name,
            int upstream,
            int nodes,
            int podsEach,
            int measured,
            java.util.function.Function<String, Pod> pod) {
        Consumer<SchedulerCluster> before = cluster -> {
            for (int i = 0; i < 100; i++) {
                cluster.namespace("init-ns-" + i, Map.of("team", "devops"));
            }
            for (int i = 0; i < 100; i++) {
                String namespace = "init-ns-" + i;
                cluster.create(Resources.PODS, podsEach, p -> pod.apply(namespace));
            }
            for (int i = 0; i < 100; i++) {
                cluster.awaitBound("init-ns-" + i, podsEach);
            }
        };
        return new Recipe(
                name, upstream, nodes, ONE_ZONE, before, measured, i -> pod.apply(MEASURED), Optional.empty());
    }
}

package io.lembos.scheduler.bench;

import static io.lembos.scheduler.bench.Recipe.MEASURED;

import com.sun.management.OperatingSystemMXBean;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * The cases by which Kubernetes judges its scheduler (scheduler_perf), on 5,000 nodes: pods are created through the API,
 * scheduled, bound and stored; the clock runs from the first creation to the moment when a watch has seen the last binding.
 */
final class RecipesBench {
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final int NODES = 5_000;
    private static final int RUNS = 5;
    private static final String INIT = "sched-0";
    private static final IntFunction<Node> PLAIN = i -> SchedulerPods.node("node-" + i, null);
    private static final IntFunction<Node> ONE_ZONE = i -> SchedulerPods.node("node-" + i, "zone1");
    private static final IntFunction<Node> THREE_ZONES = i -> SchedulerPods.node("node-" + i, "moon-" + (1 + i % 3));

    private static final List<Recipe> RECIPES = List.of(
            recipe(
                    "SchedulingBasic",
                    680,
                    PLAIN,
                    init(1_000, SchedulerPods.standard(INIT)),
                    10_000,
                    SchedulerPods.standard(MEASURED)),
            recipe(
                    "SchedulingBasic 50,000",
                    810,
                    PLAIN,
                    init(5_000, SchedulerPods.standard(INIT)),
                    50_000,
                    SchedulerPods.standard(MEASURED)),
            recipe(
                    "SchedulingNodeAffinity",
                    540,
                    ONE_ZONE,
                    init(5_000, SchedulerPods.standard(INIT)),
                    10_000,
                    SchedulerPods.inZones(MEASURED, "zone1", "zone2")),
            recipe(
                    "SchedulingPodAffinity",
                    70,
                    ONE_ZONE,
                    init(5_000, SchedulerPods.affine(INIT)),
                    5_000,
                    SchedulerPods.affine(MEASURED)),
            recipe(
                    "SchedulingPodAntiAffinity",
                    180,
                    PLAIN,
                    init(1_000, SchedulerPods.antiAffine(INIT, false)),
                    2_000,
                    SchedulerPods.antiAffine(MEASURED, false)),
            recipe(
                    "SchedulingPodMatchingAntiAffinity",
                    600,
                    PLAIN,
                    init(1_000, SchedulerPods.antiAffine(INIT, false)),
                    5_000,
                    SchedulerPods.coloured(MEASURED, "green")),
            recipe(
                    "SchedulingPreferredPodAffinity",
                    160,
                    PLAIN,
                    init(5_000, SchedulerPods.preferring(INIT, false)),
                    5_000,
                    SchedulerPods.preferring(MEASURED, false)),
            recipe(
                    "SchedulingPreferredPodAntiAffinity",
                    190,
                    PLAIN,
                    init(5_000, SchedulerPods.avoiding(INIT, false)),
                    5_000,
                    SchedulerPods.avoiding(MEASURED, false)),
            recipe(
                    "TopologySpreading",
                    460,
                    THREE_ZONES,
                    init(5_000, SchedulerPods.standard(INIT)),
                    5_000,
                    SchedulerPods.spread(MEASURED, true)),
            recipe(
                    "PreferredTopologySpreading",
                    340,
                    THREE_ZONES,
                    init(5_000, SchedulerPods.standard(INIT)),
                    5_000,
                    SchedulerPods.spread(MEASURED, false)),
            recipe(
                    "DefaultTopologySpreading",
                    160,
                    THREE_ZONES,
                    RecipesBench::service,
                    50_000,
                    SchedulerPods.labelled(MEASURED)),
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
            recipe(
                            "SchedulingCSIPVs",
                            100,
                            PLAIN,
                            cluster -> {
                                cluster.create(Resources.CSI_NODES, NODES, i -> SchedulerVolumes.csiNode("node-" + i));
                                SchedulerVolumes.create(cluster, INIT, 5_000);
                                cluster.awaitBound(INIT, 5_000);
                            },
                            5_000,
                            SchedulerPods.standard(MEASURED))
                    .creating((cluster, count) -> SchedulerVolumes.create(cluster, MEASURED, count)),
            new Recipe(
                    "SchedulingWithResourceClaimTemplate",
                    56,
                    SchedulerDevices.NODES,
                    PLAIN,
                    cluster -> {
                        SchedulerDevices.offer(cluster, INIT, MEASURED);
                        init(2_500, SchedulerDevices.pod(INIT)).accept(cluster);
                    },
                    2_500,
                    SchedulerDevices.pod(MEASURED),
                    Optional.empty(),
                    Optional.empty()),
            new Recipe(
                    "PreemptionBasic",
                    0,
                    1_000,
                    PLAIN,
                    important(init(4_000, SchedulerPods.lesser(INIT))),
                    1_000,
                    SchedulerPods.important(MEASURED, "3"),
                    Optional.empty(),
                    Optional.empty()),
            recipe(
                            "PreemptionAsync",
                            570,
                            PLAIN,
                            important(init(20_000, SchedulerPods.lesser(INIT))),
                            5_000,
                            SchedulerPods.standard(MEASURED))
                    .with(SchedulerPods.important(INIT, "3")),
            recipe(
                            "Unschedulable",
                            600,
                            PLAIN,
                            important(init(20_000, SchedulerPods.standard(INIT))),
                            10_000,
                            SchedulerPods.standard(MEASURED))
                    .with(SchedulerPods.important(INIT, "9")),
            recipe(
                    "SchedulingWithMixedChurn",
                    710,
                    PLAIN,
                    important(RecipesBench::recreate),
                    10_000,
                    SchedulerPods.standard(MEASURED)),
            gangs(1_000, 3),
            gangs(3, 1_000),
            gangs(10, 5_000));

    private RecipesBench() {}

    static void run() {
        measure(RECIPES.get(1)); // Warms the JVM up: kube-scheduler comes compiled.
        String only = System.getProperty("recipe", "");
        for (Recipe recipe : RECIPES) {
            if (recipe.name().contains(only)) {
                print(recipe);
            }
        }
    }

    private static void print(Recipe recipe) {
        Samples rates = new Samples();
        Samples cpu = new Samples();
        for (int i = 0; i < RUNS; i++) {
            Measured measured = measure(recipe);
            rates.add(recipe.measured() / measured.seconds());
            cpu.add(measured.cpuSeconds() / recipe.measured() * 1e6);
        }
        SchedulerBenchmark.print(
                recipe.name() + ", " + recipe.measured() + " pods",
                String.format(
                        Locale.ROOT,
                        "%s, %.0f us of CPU each; %s",
                        rates.show("%.0f", "pods/s"),
                        cpu.median(),
                        threshold(recipe)));
    }

    private static String threshold(Recipe recipe) {
        return recipe.upstream() == 0
                ? "kube-scheduler has no threshold"
                : "kube-scheduler's threshold " + recipe.upstream() + " pods/s";
    }

    /** @param cpuSeconds of the whole process: API server, store, scheduler, load and garbage collection */
    private record Measured(double seconds, double cpuSeconds) {}

    private static Measured measure(Recipe recipe) {
        try (SchedulerCluster cluster = new SchedulerCluster()) {
            cluster.create(Resources.NODES, recipe.nodes(), recipe.node());
            cluster.namespace(INIT, Map.of());
            cluster.namespace(MEASURED, Map.of("team", "devops"));
            recipe.before().accept(cluster);
            recipe.churn().ifPresent(cluster::churn);
            System.gc(); // What the preparations left is no part of the case.
            long start = System.nanoTime();
            long cpu = PROCESS.getProcessCpuTime();
            recipe.create(cluster);
            cluster.awaitBound(MEASURED, recipe.measured());
            return new Measured((System.nanoTime() - start) / 1e9, (PROCESS.getProcessCpuTime() - cpu) / 1e9);
        }
    }

    private static Recipe recipe(
            String name,
            int upstream,
            IntFunction<Node> node,
            Consumer<SchedulerCluster> before,
            int measured,
            Pod pod) {
        return new Recipe(name, upstream, NODES, node, before, measured, pod, Optional.empty(), Optional.empty());
    }

    private static Consumer<SchedulerCluster> init(int count, Pod pod) {
        return cluster -> {
            cluster.create(count, pod);
            cluster.awaitBound(INIT, count);
        };
    }

    /** With a class for pods that others must make room for. */
    private static Consumer<SchedulerCluster> important(Consumer<SchedulerCluster> before) {
        Consumer<SchedulerCluster> first = cluster -> cluster.priorityClass(SchedulerPods.IMPORTANT, 10);
        return first.andThen(before);
    }

    /** A node that takes no pods, a pod that fits nowhere and a Service come and go, once a second. */
    private static void recreate(SchedulerCluster cluster) {
        Node full = new NodeBuilder(SchedulerPods.node("churn", null))
                .editStatus()
                .addToCapacity("pods", new Quantity("0"))
                .addToAllocatable("pods", new Quantity("0"))
                .endStatus()
                .build();
        Pod large = new PodBuilder(SchedulerPods.important(INIT, "9"))
                .editMetadata()
                .withGenerateName(null)
                .withName("churn")
                .endMetadata()
                .build();
        Service service = selecting(INIT, "churn");
        AtomicBoolean there = new AtomicBoolean();
        cluster.every(1_000, () -> {
            Client client = cluster.client();
            if (there.getAndSet(true)) {
                client.delete(Resources.NODES, ObjectKey.of(full), DeleteOptions.now(""));
                client.delete(Resources.PODS, ObjectKey.of(large), DeleteOptions.now(""));
                client.delete(Resources.SERVICES, ObjectKey.of(service), DeleteOptions.now(""));
            }
            client.create(Resources.NODES, full);
            client.create(Resources.PODS, large);
            client.create(Resources.SERVICES, service);
        });
    }

    /** So many gangs of so many pods; the groups are there before. */
    private static Recipe gangs(int count, int size) {
        return recipe(
                        "GangScheduling " + count + "x" + size,
                        0,
                        PLAIN,
                        cluster -> cluster.create(
                                Resources.POD_GROUPS, count, i -> SchedulerPods.gang(MEASURED, "gang-" + i, size)),
                        count * size,
                        SchedulerPods.standard(MEASURED))
                .creating((cluster, pods) ->
                        cluster.create(Resources.PODS, pods, i -> SchedulerPods.inGang(MEASURED, "gang-" + i / size)));
    }

    private static void service(SchedulerCluster cluster) {
        cluster.client().create(Resources.SERVICES, selecting(MEASURED, "service"));
        init(5_000, SchedulerPods.standard(INIT)).accept(cluster);
    }

    private static Service selecting(String namespace, String name) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .addToSelector("app", "scheduler-perf")
                .addNewPort()
                .withPort(80)
                .endPort()
                .endSpec()
                .build();
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
                cluster.create(podsEach, pod.apply(namespace));
            }
            for (int i = 0; i < 100; i++) {
                cluster.awaitBound("init-ns-" + i, podsEach);
            }
        };
        return new Recipe(
                name,
                upstream,
                nodes,
                ONE_ZONE,
                before,
                measured,
                pod.apply(MEASURED),
                Optional.empty(),
                Optional.empty());
    }
}

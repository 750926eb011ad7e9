package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.ContainerImage;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.reference.ReferenceCluster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A few nodes with pods on them, all different in everything that plugins look at. The same seed gives the same cluster and
 * the same pods.
 */
public final class RandomCluster {
    static final List<String> ZONES = List.of("a", "b", "c");
    static final List<String> IMAGES =
            List.of("registry.example/web:1", "registry.example/web:latest", "db:latest", "job:2", "job@sha256:1f2e");

    private final Random random;
    private final RandomPod pods;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Pod> placed = new ArrayList<>();

    public RandomCluster(long seed) {
        random = new Random(seed);
        int size = 1 + random.nextInt(10);
        pods = new RandomPod(random, size);
        for (int n = 0; n < size; n++) {
            nodes.add(node("n" + n));
            for (int p = random.nextInt(4); p > 0; p--) {
                placed.add(pods.placed("on-n" + n + "-" + p, "n" + n));
            }
        }
    }

    public List<Node> nodes() {
        return nodes;
    }

    /** Pods that have a node. */
    public List<Pod> placed() {
        return placed;
    }

    /** Another pod, which has none. */
    public Pod pod(String name) {
        return pods.waiting(name);
    }

    public ReferenceCluster reference() {
        return new ReferenceCluster(nodes, placed);
    }

    public SchedulerCache cache() {
        SchedulerCache cache = new SchedulerCache();
        nodes.forEach(cache::putNode);
        placed.forEach(cache::putPod);
        return cache;
    }

    private Node node(String name) {
        Node node = new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels(name))
                .endMetadata()
                .withNewSpec()
                .withUnschedulable(random.nextInt(8) == 0 ? Boolean.TRUE : null)
                .withTaints(taints())
                .endSpec()
                .withNewStatus()
                .withImages(images())
                .endStatus()
                .build();
        if (random.nextInt(6) == 0) {
            node.getStatus().setCapacity(resources());
        } else {
            node.getStatus().setAllocatable(resources());
        }
        return node;
    }

    private Map<String, String> labels(String name) {
        Map<String, String> labels = new HashMap<>();
        labels.put("kubernetes.io/hostname", name);
        if (random.nextInt(5) > 0) {
            labels.put("topology.kubernetes.io/zone", pick(ZONES));
        }
        if (random.nextBoolean()) {
            labels.put("disk", pick(List.of("ssd", "hdd")));
        }
        if (random.nextBoolean()) {
            labels.put("cores", pick(List.of("2", "8", "many")));
        }
        return labels;
    }

    private List<Taint> taints() {
        List<Taint> taints = new ArrayList<>();
        while (random.nextInt(3) == 0) {
            String effect = pick(List.of("PreferNoSchedule", "PreferNoSchedule", "NoSchedule", "NoExecute"));
            String key = pick(List.of("gpu", "spot", "old"));
            taints.add(new Taint(effect, key, null, pick(List.of("", "yes", "no"))));
        }
        return taints;
    }

    /** Any of them may be missing or zero. */
    private Map<String, Quantity> resources() {
        Map<String, Quantity> resources = new HashMap<>();
        put(resources, "cpu", 12, "0", "1", "3500m", "4", "8", "16");
        put(resources, "memory", 12, "0", "1Gi", "3000Mi", "8Gi", "32871708Ki", "12345678901");
        put(resources, "pods", 20, "1", "2", "5", "110", "110", "110");
        put(resources, "ephemeral-storage", 3, "1Gi", "20Gi");
        put(resources, "example.com/gpu", 2, "0", "1", "4");
        put(resources, "example.com/card", 2, "1", "3");
        put(resources, "hugepages-2Mi", 3, "0", "64Mi", "512Mi");
        put(resources, "nonsense", 3, "5");
        return resources;
    }

    /** @param without one in how many goes without */
    private void put(Map<String, Quantity> resources, String name, int without, String... amounts) {
        if (random.nextInt(without) > 0) {
            resources.put(name, new Quantity(pick(List.of(amounts))));
        }
    }

    private List<ContainerImage> images() {
        List<ContainerImage> images = new ArrayList<>();
        for (String name : IMAGES) {
            if (random.nextBoolean()) {
                // now and then under a second name, or listed twice
                List<String> names = new ArrayList<>(List.of(name));
                if (random.nextInt(3) == 0) {
                    names.add(random.nextBoolean() ? name + "-alias" : name);
                }
                images.add(new ContainerImage(names, (20L + random.nextInt(1500)) << 20));
            }
        }
        return images;
    }

    private <T> T pick(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }
}

package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PreferredSchedulingTerm;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Makes pods that ask for random things, most of them for few. */
final class RandomPod {
    private final Random random;
    private final int nodes;

    /** @param nodes how many there are; they are called n0, n1, … */
    RandomPod(Random random, int nodes) {
        this.random = random;
        this.nodes = nodes;
    }

    Pod waiting(String name) {
        Pod pod = pod(name);
        if (oneIn(30)) {
            pod.getSpec().setNodeName(node());
        }
        return pod;
    }

    Pod placed(String name, String node) {
        Pod pod = new PodBuilder(pod(name))
                .editSpec()
                .withNodeName(node)
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .endStatus()
                .build();
        if (oneIn(4)) {
            resize(pod);
        }
        return pod;
    }

    private Pod pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(pick("default", "other"))
                .withUid("uid-" + name)
                .addToLabels("app", pick("web", "db"))
                .endMetadata()
                .withSpec(spec())
                .build();
    }

    private PodSpec spec() {
        PodSpec spec = new PodSpec();
        spec.setContainers(some(1 + random.nextInt(2), i -> container("main" + i)));
        spec.setInitContainers(some(oneIn(3) ? 1 + random.nextInt(3) : 0, i -> init("init" + i)));
        spec.setTolerations(some(random.nextInt(3), i -> toleration()));
        if (oneIn(8)) {
            spec.setOverhead(requests());
        }
        if (oneIn(6)) {
            spec.setResources(
                    new ResourceRequirementsBuilder().withRequests(requests()).build());
        }
        if (oneIn(5)) {
            spec.setNodeSelector(Map.of("disk", pick("ssd", "hdd")));
        }
        if (oneIn(2)) {
            spec.setAffinity(affinity());
        }
        if (oneIn(6)) {
            spec.setVolumes(List.of(new io.fabric8.kubernetes.api.model.VolumeBuilder()
                    .withName("image")
                    .withNewImage()
                    .withReference(image())
                    .endImage()
                    .build()));
        }
        return spec;
    }

    private Container container(String name) {
        return new ContainerBuilder()
                .withName(name)
                .withImage(image())
                .withPorts(some(oneIn(4) ? 1 + random.nextInt(2) : 0, i -> port()))
                .withNewResources()
                .withRequests(requests())
                .endResources()
                .build();
    }

    private Container init(String name) {
        Container init = container(name);
        init.setRestartPolicy(random.nextBoolean() ? "Always" : null);
        return init;
    }

    private ContainerPort port() {
        return new ContainerPortBuilder()
                .withContainerPort(80)
                .withHostPort(oneIn(4) ? null : Integer.valueOf(8080 + random.nextInt(2)))
                .withProtocol(pick(null, "TCP", "UDP"))
                .withHostIP(pick(null, "", "0.0.0.0", "10.0.0.1", "10.0.0.2"))
                .build();
    }

    private Map<String, Quantity> requests() {
        Map<String, Quantity> requests = new HashMap<>();
        put(requests, "cpu", 2, "0", "1m", "100m", "0.2505", "1", "2500m");
        put(requests, "memory", 2, "0", "1", "100.5", "100Mi", "1G", "2Gi");
        put(requests, "ephemeral-storage", 8, "0", "1Gi", "15Gi");
        put(requests, "example.com/gpu", 9, "0", "1", "2");
        put(requests, "example.com/card", 9, "1");
        put(requests, "hugepages-2Mi", 9, "32Mi", "256Mi");
        put(requests, "nonsense", 20, "7");
        return requests;
    }

    /** @param one in how many has it */
    private void put(Map<String, Quantity> requests, String name, int one, String... amounts) {
        if (oneIn(one)) {
            requests.put(name, new Quantity(pick(amounts)));
        }
    }

    private Toleration toleration() {
        return new Toleration(
                pick(null, "", "NoSchedule", "NoExecute", "PreferNoSchedule"),
                pick(null, "gpu", "spot", "old", "node.kubernetes.io/unschedulable"),
                pick(null, "Equal", "Exists", "Exists", "Lt"),
                null,
                pick(null, "", "yes", "no"));
    }

    private Affinity affinity() {
        AffinityBuilder affinity = new AffinityBuilder();
        if (oneIn(2)) {
            affinity.withNewNodeAffinity()
                    .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                    .withNodeSelectorTerms(some(random.nextInt(4), i -> term()))
                    .endRequiredDuringSchedulingIgnoredDuringExecution()
                    .endNodeAffinity();
        } else {
            affinity.withNewNodeAffinity()
                    .withPreferredDuringSchedulingIgnoredDuringExecution(
                            some(random.nextInt(4), i -> new PreferredSchedulingTerm(term(), 1 + random.nextInt(100))))
                    .endNodeAffinity();
        }
        return affinity.build();
    }

    private NodeSelectorTerm term() {
        NodeSelectorTerm term = new NodeSelectorTerm();
        term.setMatchExpressions(some(random.nextInt(3), i -> expression()));
        term.setMatchFields(some(oneIn(4) ? 1 + random.nextInt(2) : 0, i -> field()));
        return term;
    }

    private NodeSelectorRequirement expression() {
        return switch (random.nextInt(6)) {
            case 0 -> new NodeSelectorRequirement("disk", "In", List.of("ssd"));
            case 1 -> new NodeSelectorRequirement("topology.kubernetes.io/zone", "In", List.of("a", pick("b", "c")));
            case 2 -> new NodeSelectorRequirement("topology.kubernetes.io/zone", "NotIn", List.of(pick("a", "d")));
            case 3 -> new NodeSelectorRequirement("cores", pick("Exists", "DoesNotExist"), List.of());
            case 4 -> new NodeSelectorRequirement("cores", "Gt", List.of(pick("1", "4", "few")));
            default -> new NodeSelectorRequirement("cores", "Lt", List.of(pick("8", "9", "few")));
        };
    }

    private NodeSelectorRequirement field() {
        List<String> names = oneIn(8) ? List.of(node(), node()) : List.of(node());
        return new NodeSelectorRequirement("metadata.name", pick("In", "In", "NotIn"), names);
    }

    /** Some containers are being resized: their status differs from what is wanted. */
    private void resize(Pod pod) {
        pod.getStatus().setContainerStatuses(resizing(pod.getSpec().getContainers()));
        pod.getStatus().setInitContainerStatuses(resizing(pod.getSpec().getInitContainers()));
        if (oneIn(3)) {
            Pod pending = new PodBuilder(pod)
                    .editStatus()
                    .addNewCondition()
                    .withType("PodResizePending")
                    .withReason(pick("Infeasible", "Deferred"))
                    .endCondition()
                    .endStatus()
                    .build();
            pod.setStatus(pending.getStatus());
        }
    }

    private List<ContainerStatus> resizing(List<Container> containers) {
        return containers.stream()
                .map(c -> new ContainerStatusBuilder()
                        .withName(c.getName())
                        .withNewResources()
                        .withRequests(others(c.getResources().getRequests()))
                        .endResources()
                        .withAllocatedResources(others(c.getResources().getRequests()))
                        .build())
                .toList();
    }

    private Map<String, Quantity> others(Map<String, Quantity> requests) {
        Map<String, Quantity> others = new HashMap<>();
        requests.forEach((name, amount) -> others.put(
                name, random.nextBoolean() ? amount : new Quantity(name.equals("cpu") ? pick("300m", "2") : "64Mi")));
        return others;
    }

    private String image() {
        return pick("registry.example/web:1", "registry.example/web", "db", "job:2", "job@sha256:1f2e", "unknown:1");
    }

    private String node() {
        return "n" + random.nextInt(nodes + 1);
    }

    private boolean oneIn(int many) {
        return random.nextInt(many) == 0;
    }

    private String pick(String... some) {
        return some[random.nextInt(some.length)];
    }

    private static <T> List<T> some(int number, IntFunction<T> make) {
        return IntStream.range(0, number).mapToObj(make).toList();
    }
}

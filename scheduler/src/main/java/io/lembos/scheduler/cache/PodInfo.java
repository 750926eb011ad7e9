package io.lembos.scheduler.cache;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.api.meta.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A pod with what scheduling needs of it, computed once. Immutable.
 *
 * @param requests what the pod asks for, as kube-scheduler sums it: the larger of all containers together and each init
 *     container alone (sidecars run along), plus overhead; pod-level requests override
 * @param scoringRequests the same with 100m CPU and 200 MiB counted for each container that asks for none
 * @param labels never null
 * @param ports host ports
 * @param signature pods with equal ones are judged alike
 */
public record PodInfo(
        Pod pod,
        ObjectKey key,
        Map<String, String> labels,
        ResourceAmounts requests,
        ResourceAmounts scoringRequests,
        AffinityTerms affinity,
        List<HostPort> ports,
        PodSignature signature) {
    private static final Quantity DEFAULT_CPU = new Quantity("100m");
    private static final Quantity DEFAULT_MEMORY = new Quantity("200Mi");

    public static PodInfo of(Pod pod) {
        PodSpec spec = pod.getSpec();
        Map<String, String> labels = pod.getMetadata().getLabels();
        ResourceAmounts requests = sum(spec, false);
        ResourceAmounts scoringRequests = sum(spec, true);
        List<HostPort> ports = ports(spec);
        return new PodInfo(
                pod,
                ObjectKey.of(pod),
                labels == null ? Map.of() : labels,
                requests,
                scoringRequests,
                AffinityTerms.of(pod),
                ports,
                PodSignature.of(pod, controller(pod), requests, scoringRequests, ports));
    }

    public String uid() {
        return pod.getMetadata().getUid();
    }

    public int priority() {
        Integer priority = pod.getSpec().getPriority();
        return priority == null ? 0 : priority;
    }

    /** Kind and name of the workload that controls it, with a slash between; empty if none does. */
    public String controller() {
        return controller(pod);
    }

    private static String controller(Pod pod) {
        for (OwnerReference owner : pod.getMetadata().getOwnerReferences()) {
            if (Boolean.TRUE.equals(owner.getController())) {
                return owner.getKind() + "/" + owner.getName();
            }
        }
        return "";
    }

    /** Names of the images of its containers, with the tag that is meant where none is given. */
    public List<String> images() {
        PodSpec spec = pod.getSpec();
        return Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream())
                .map(c -> withTag(c.getImage()))
                .toList();
    }

    private static String withTag(String image) {
        return image == null || image.lastIndexOf(':') > image.lastIndexOf('/') ? image : image + ":latest";
    }

    /** Whether somebody has asked for its end. */
    public boolean isTerminating() {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    /** Whether the scheduler leaves the pod alone until its gates are lifted. */
    public boolean isGated() {
        List<?> gates = pod.getSpec().getSchedulingGates();
        return gates != null && !gates.isEmpty();
    }

    /** Whether, for all other pods, a newer state of this pod is as good as this one. */
    boolean countsLike(PodInfo newer) {
        return isTerminating() == newer.isTerminating() && signature.equals(newer.signature);
    }

    private static List<HostPort> ports(PodSpec spec) {
        List<HostPort> ports = new ArrayList<>(0);
        for (Container init : spec.getInitContainers()) {
            if (isSidecar(init)) {
                addPorts(ports, init);
            }
        }
        spec.getContainers().forEach(c -> addPorts(ports, c));
        return List.copyOf(ports);
    }

    private static void addPorts(List<HostPort> ports, Container container) {
        for (ContainerPort port : container.getPorts()) {
            if (port.getHostPort() != null && port.getHostPort() > 0) {
                ports.add(HostPort.of(port.getHostIP(), port.getProtocol(), port.getHostPort()));
            }
        }
    }

    private static boolean isSidecar(Container init) {
        return "Always".equals(init.getRestartPolicy());
    }

    private static ResourceAmounts sum(PodSpec spec, boolean scoring) {
        ResourceAmounts sidecars = ResourceAmounts.NONE;
        ResourceAmounts initPeak = ResourceAmounts.NONE;
        for (Container init : spec.getInitContainers()) {
            ResourceAmounts asks = asks(init, scoring);
            if (isSidecar(init)) {
                sidecars = sidecars.plus(asks);
                initPeak = initPeak.max(sidecars);
            } else {
                initPeak = initPeak.max(sidecars.plus(asks));
            }
        }
        ResourceAmounts running = sidecars;
        for (Container container : spec.getContainers()) {
            running = running.plus(asks(container, scoring));
        }
        return podLevel(spec, running.max(initPeak)).plus(ResourceAmounts.of(spec.getOverhead()));
    }

    private static ResourceAmounts podLevel(PodSpec spec, ResourceAmounts containers) {
        Map<String, Quantity> requests =
                spec.getResources() == null ? Map.of() : spec.getResources().getRequests();
        if (requests == null || requests.isEmpty()) {
            return containers;
        }
        ResourceAmounts pod = ResourceAmounts.of(requests);
        return new ResourceAmounts(
                requests.containsKey("cpu") ? pod.milliCpu() : containers.milliCpu(),
                requests.containsKey("memory") ? pod.memoryBytes() : containers.memoryBytes(),
                containers.ephemeralBytes(),
                containers.extended());
    }

    private static ResourceAmounts asks(Container container, boolean scoring) {
        Map<String, Quantity> requests = container.getResources() == null
                ? null
                : container.getResources().getRequests();
        if (!scoring) {
            return ResourceAmounts.of(requests);
        }
        Map<String, Quantity> filled = requests == null ? new HashMap<>() : new HashMap<>(requests);
        filled.putIfAbsent("cpu", DEFAULT_CPU);
        filled.putIfAbsent("memory", DEFAULT_MEMORY);
        return ResourceAmounts.of(filled);
    }
}

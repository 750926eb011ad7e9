package io.lembos.scheduler.cache;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSchedulingGroup;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.lembos.api.meta.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A pod with what scheduling needs of it, computed once. Immutable.
 *
 * @param requests what the pod asks for, see {@link PodRequests}
 * @param scoringRequests what it counts for in the scores of other pods: the same with 100m CPU and 200 MiB for each
 *     container that asks for none
 * @param scoringAsks what it is scored with itself; differs for some pods that ask as a whole
 * @param labels never null
 * @param ports host ports
 * @param claims of its volumes, each once
 * @param attached what those stand for on the node; known of pods that are counted on a node only
 * @param signature pods with equal ones are judged alike, but for their claims
 */
public record PodInfo(
        Pod pod,
        ObjectKey key,
        Map<String, String> labels,
        ResourceAmounts requests,
        ResourceAmounts scoringRequests,
        ResourceAmounts scoringAsks,
        AffinityTerms affinity,
        List<HostPort> ports,
        List<ObjectKey> claims,
        List<CsiVolume> attached,
        PodSignature signature) {

    public static PodInfo of(Pod pod) {
        PodSpec spec = pod.getSpec();
        Map<String, String> labels = pod.getMetadata().getLabels();
        PodRequests asks = new PodRequests(pod);
        ResourceAmounts requests = asks.real();
        ResourceAmounts scoringRequests = asks.scoringPlaced();
        ResourceAmounts scoringAsks = asks.scoring();
        List<HostPort> ports = ports(spec);
        return new PodInfo(
                pod,
                ObjectKey.of(pod),
                labels == null ? Map.of() : labels,
                requests,
                scoringRequests,
                scoringAsks,
                AffinityTerms.of(pod),
                ports,
                VolumeSources.claims(pod).stream()
                        .map(name -> ObjectKey.of(pod.getMetadata().getNamespace(), name))
                        .toList(),
                List.of(),
                PodSignature.of(pod, controller(pod), List.of(requests, scoringRequests, scoringAsks), ports));
    }

    /** The same, with what its claims stand for. */
    PodInfo attaching(List<CsiVolume> volumes) {
        return volumes.equals(attached)
                ? this
                : new PodInfo(
                        pod,
                        key,
                        labels,
                        requests,
                        scoringRequests,
                        scoringAsks,
                        affinity,
                        ports,
                        claims,
                        List.copyOf(volumes),
                        signature);
    }

    public String uid() {
        return pod.getMetadata().getUid();
    }

    public int priority() {
        Integer priority = pod.getSpec().getPriority();
        return priority == null ? 0 : priority;
    }

    /** Whose pod it is. */
    public String schedulerName() {
        return schedulerName(pod);
    }

    public static String schedulerName(Pod pod) {
        String name = pod.getSpec().getSchedulerName();
        return name == null ? "default-scheduler" : name;
    }

    /** The PodGroup with which it is scheduled. */
    public Optional<ObjectKey> group() {
        return group(pod);
    }

    /** The same of a pod of which nothing else is needed. */
    public static Optional<ObjectKey> group(Pod pod) {
        PodSchedulingGroup group = pod.getSpec().getSchedulingGroup();
        return group == null || group.getPodGroupName() == null
                ? Optional.empty()
                : Optional.of(ObjectKey.of(pod.getMetadata().getNamespace(), group.getPodGroupName()));
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

    /** Names of the images of its containers and volumes, with the tag that is meant where none is given. */
    public List<String> images() {
        PodSpec spec = pod.getSpec();
        Stream<String> containers = Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream())
                .map(Container::getImage);
        Stream<String> volumes = spec.getVolumes().stream()
                .filter(v -> v.getImage() != null)
                .map(v -> v.getImage().getReference());
        return Stream.concat(containers, volumes)
                .filter(Objects::nonNull)
                .map(PodInfo::withTag)
                .toList();
    }

    private static String withTag(String image) {
        return image.lastIndexOf(':') > image.lastIndexOf('/') ? image : image + ":latest";
    }

    /** The node on which others are being evicted for it. */
    public Optional<String> nominatedNode() {
        return nominatedNode(pod);
    }

    /** The same of a pod of which nothing else is needed. */
    public static Optional<String> nominatedNode(Pod pod) {
        return Optional.ofNullable(pod.getStatus())
                .map(PodStatus::getNominatedNodeName)
                .filter(name -> !name.isEmpty());
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
            if (PodRequests.isSidecar(init)) {
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
}

package io.lembos.scheduler.cache;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * All of a pod that a scheduling decision looks at, and nothing that differs between the replicas of one workload: pods
 * with equal signatures are judged alike on the same snapshot (Borg's equivalence classes, KEP-5598), but for what their
 * claims stand for; with that it is a {@link ClassKey}.
 */
public final class PodSignature {
    private final List<Object> parts;
    private final int hash;

    private PodSignature(List<Object> parts) {
        this.parts = parts;
        hash = parts.hashCode();
    }

    static PodSignature of(Pod pod, String controller, List<ResourceAmounts> requests, List<HostPort> ports) {
        PodSpec spec = pod.getSpec();
        return new PodSignature(Arrays.asList(
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getLabels(),
                controller,
                requests,
                ports,
                images(spec),
                spec.getSchedulerName(),
                spec.getPriority(),
                spec.getNodeSelector(),
                spec.getAffinity(),
                spec.getTolerations(),
                spec.getTopologySpreadConstraints(),
                spec.getVolumes().stream().filter(VolumeSources::matter).toList(),
                VolumeSources.lifetimes(spec),
                spec.getResourceClaims()));
    }

    private static List<String> images(PodSpec spec) {
        List<String> images = new ArrayList<>(2);
        Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream())
                .map(Container::getImage)
                .forEach(images::add);
        return images;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof PodSignature that && hash == that.hash && parts.equals(that.parts);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}

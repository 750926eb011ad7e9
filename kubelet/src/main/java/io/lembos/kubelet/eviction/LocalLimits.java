package io.lembos.kubelet.eviction;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.lembos.kubelet.container.PodResources;
import io.lembos.kubelet.eviction.PodConsumption.ContainerConsumption;
import io.lembos.kubelet.eviction.PodConsumption.Disk;
import io.lembos.kubelet.eviction.PodConsumption.Place;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/** What a pod may put on the node's disk: its volumes, its containers, and all together. Pure. */
final class LocalLimits {
    private static final String STORAGE = Starved.STORAGE.word();

    private LocalLimits() {}

    /** Whether there is anything to look at. */
    static boolean has(Pod pod) {
        return pod.getSpec().getVolumes().stream().anyMatch(v -> sizeLimit(v).isPresent())
                || pod.getSpec().getContainers().stream().anyMatch(c -> limit(c).isPresent());
    }

    /**
     * Why the pod has to go, in kubelet's words.
     *
     * @param apart whether what containers write lies on another disk than the node's files
     */
    static Optional<String> exceeded(Pod pod, PodConsumption used, boolean apart) {
        return volumes(pod, used).or(() -> whole(pod, used)).or(() -> containers(pod, used, apart));
    }

    private static Optional<String> volumes(Pod pod, PodConsumption used) {
        for (Volume volume : pod.getSpec().getVolumes()) {
            Optional<Quantity> limit = sizeLimit(volume);
            Disk uses = used.volumes().getOrDefault(volume.getName(), Disk.NOTHING);
            if (limit.isPresent() && isMore(uses.bytes(), limit.get().getNumericalAmount())) {
                return Optional.of("Usage of EmptyDir volume \"" + volume.getName() + "\" exceeds the limit \""
                        + limit.get() + "\". ");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> whole(Pod pod, PodConsumption used) {
        BigDecimal limit = new PodResources(pod).limitsTogether(STORAGE);
        if (limit.signum() == 0 || !isMore(used.disk(Place.EVERYWHERE).bytes(), limit)) {
            return Optional.empty();
        }
        String written =
                new io.lembos.api.quantity.Quantity(limit, io.lembos.api.quantity.Quantity.Form.BINARY).canonical();
        return Optional.of("Pod ephemeral local storage usage exceeds the total limit of containers " + written + ". ");
    }

    private static Optional<String> containers(Pod pod, PodConsumption used, boolean apart) {
        for (ContainerConsumption container : used.containers()) {
            Disk uses = apart ? container.logs() : container.logs().plus(container.root());
            Optional<Quantity> limit = pod.getSpec().getContainers().stream()
                    .filter(c -> c.getName().equals(container.name()))
                    .flatMap(c -> limit(c).stream())
                    .findFirst();
            if (limit.isPresent() && isMore(uses.bytes(), limit.get().getNumericalAmount())) {
                return Optional.of("Container " + container.name() + " exceeded its local ephemeral storage limit \""
                        + limit.get() + "\". ");
            }
        }
        return Optional.empty();
    }

    private static Optional<Quantity> sizeLimit(Volume volume) {
        return Optional.ofNullable(volume.getEmptyDir())
                .map(EmptyDirVolumeSource::getSizeLimit)
                .filter(limit -> limit.getNumericalAmount().signum() > 0);
    }

    private static Optional<Quantity> limit(Container container) {
        Map<String, Quantity> limits = container.getResources() == null
                ? null
                : container.getResources().getLimits();
        return Optional.ofNullable(limits)
                .map(l -> l.get(STORAGE))
                .filter(limit -> limit.getNumericalAmount().signum() > 0);
    }

    private static boolean isMore(long uses, BigDecimal limit) {
        return BigDecimal.valueOf(uses).compareTo(limit) > 0;
    }
}

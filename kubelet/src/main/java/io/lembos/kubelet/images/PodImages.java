package io.lembos.kubelet.images;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.lembos.kubelet.container.EphemeralContainers;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** Which images pods name: of their containers, begun or not, and of their volumes. Pure. */
public final class PodImages {

    private PodImages() {}

    public static Set<String> of(Collection<Pod> pods) {
        Set<String> images = new TreeSet<>();
        for (Pod pod : pods) {
            pod.getSpec().getContainers().forEach(c -> add(images, c));
            pod.getSpec().getInitContainers().forEach(c -> add(images, c));
            EphemeralContainers.of(pod).forEach(c -> add(images, c));
            for (Volume volume : pod.getSpec().getVolumes()) {
                if (volume.getImage() != null && volume.getImage().getReference() != null) {
                    images.add(volume.getImage().getReference());
                }
            }
        }
        return images;
    }

    private static void add(Set<String> images, Container container) {
        if (container.getImage() != null) {
            images.add(container.getImage());
        }
    }
}

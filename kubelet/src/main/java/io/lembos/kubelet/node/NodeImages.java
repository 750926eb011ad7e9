package io.lembos.kubelet.node;

import io.fabric8.kubernetes.api.model.ContainerImage;
import io.lembos.runtime.cri.v1.Image;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The images of a node as its status tells them, for the scheduler: the largest, by a few of their names. Pure. */
final class NodeImages {
    /** As kubelet's nodeStatusMaxImages. */
    private static final int IMAGES_MAX = 50;

    private static final int NAMES_MAX = 5;

    private NodeImages() {}

    static List<ContainerImage> of(List<Image> images) {
        return images.stream()
                .sorted(Comparator.comparingLong(Image::getSize).reversed().thenComparing(Image::getId))
                .limit(IMAGES_MAX)
                .map(NodeImages::told)
                .toList();
    }

    private static ContainerImage told(Image image) {
        List<String> names = Stream.concat(image.getRepoDigestsList().stream(), image.getRepoTagsList().stream())
                .limit(NAMES_MAX)
                .toList();
        return new ContainerImage(names, image.getSize());
    }
}

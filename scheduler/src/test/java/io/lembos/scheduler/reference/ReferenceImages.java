package io.lembos.scheduler.reference;

import io.fabric8.kubernetes.api.model.ContainerImage;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;

/** ImageLocality. An image has the size that the first node with it says. */
final class ReferenceImages implements ReferenceScore {
    private static final long MIB = 1024 * 1024;

    @Override
    public String plugin() {
        return "ImageLocality";
    }

    @Override
    public int weight() {
        return 1;
    }

    @Override
    public List<Long> raw(Pod pod, List<Node> feasible, ReferenceCluster cluster) {
        return feasible.stream().map(node -> score(pod, node, cluster)).toList();
    }

    private static long score(Pod pod, Node node, ReferenceCluster cluster) {
        List<String> images = new ArrayList<>();
        pod.getSpec().getInitContainers().forEach(c -> images.add(c.getImage()));
        pod.getSpec().getContainers().forEach(c -> images.add(c.getImage()));
        int containers = images.size();
        pod.getSpec().getVolumes().stream()
                .filter(v -> v.getImage() != null)
                .forEach(v -> images.add(v.getImage().getReference()));
        long sum = 0;
        for (String image : images) {
            String[] path = image.split("/");
            String name = path[path.length - 1].contains(":") ? image : image + ":latest";
            List<ContainerImage> copies = cluster.nodes().stream()
                    .flatMap(n -> copy(n, name).stream())
                    .toList();
            if (!copy(node, name).isEmpty()) {
                double share = 1.0 * copies.size() / cluster.nodes().size();
                sum += (long) (copies.getFirst().getSizeBytes() * share);
            }
        }
        long most = 1000 * MIB * containers;
        long counted = Math.max(23 * MIB, Math.min(sum, most));
        return 100 * (counted - 23 * MIB) / (most - 23 * MIB);
    }

    /** The node's copy of the image, if it has one. */
    private static List<ContainerImage> copy(Node node, String name) {
        return node.getStatus().getImages().stream()
                .filter(i -> i.getNames().contains(name))
                .limit(1)
                .toList();
    }
}

package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.lembos.scheduler.cache.ImageState;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.NodeLocal;
import io.lembos.scheduler.framework.NodeScorer;
import io.lembos.scheduler.framework.ScorePlugin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Prefers nodes that have the pod's images, by the bytes that need not be pulled. An image counts by the share of nodes
 * that have it, so that pods do not crowd on the few nodes that happened to pull it first. Formula:
 * {@code imagelocality/image_locality.go}.
 */
public final class ImageLocality implements ScorePlugin, NodeLocal {
    private static final long BYTES_MIN = 23L << 20;
    private static final long BYTES_MAX_PER_CONTAINER = 1000L << 20;

    @Override
    public String name() {
        return "ImageLocality";
    }

    @Override
    public Optional<NodeScorer> preScore(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        PodSpec spec = pod.pod().getSpec();
        List<String> present = new ArrayList<>(2);
        for (String image : pod.images()) {
            if (snapshot.surroundings().images().containsKey(image)) {
                present.add(image);
            }
        }
        if (present.isEmpty()) {
            return Optional.empty();
        }
        String[] names = present.toArray(String[]::new);
        long[] bytes = new long[names.length];
        for (int i = 0; i < names.length; i++) {
            bytes[i] = scaled(snapshot.surroundings().images().get(names[i]), snapshot.size());
        }
        long most = BYTES_MAX_PER_CONTAINER
                * (spec.getInitContainers().size() + spec.getContainers().size());
        return Optional.of(node -> score(node.imageNames(), names, bytes, most));
    }

    private static long score(Set<String> has, String[] names, long[] bytes, long most) {
        long sum = 0;
        for (int i = 0; i < names.length; i++) {
            sum += has.contains(names[i]) ? bytes[i] : 0;
        }
        return SCORE_MAX * (Math.clamp(sum, BYTES_MIN, most) - BYTES_MIN) / (most - BYTES_MIN);
    }

    private static long scaled(ImageState image, int nodes) {
        return (long) ((double) image.bytes() * ((double) image.nodes() / (double) nodes));
    }
}

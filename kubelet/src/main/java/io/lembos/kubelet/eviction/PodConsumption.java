package io.lembos.kubelet.eviction;

import java.util.List;
import java.util.Map;

/**
 * What a pod uses of its node.
 *
 * @param volumes that lie on the node's disk or in its memory, by name
 */
public record PodConsumption(
        long memoryBytes, long processes, List<ContainerConsumption> containers, Map<String, Disk> volumes) {

    /** @param root what the container has written to its own file system */
    public record ContainerConsumption(String name, long memoryBytes, Disk root, Disk logs) {}

    /** Bytes and files. */
    public record Disk(long bytes, long inodes) {
        public static final Disk NOTHING = new Disk(0, 0);

        public Disk plus(Disk other) {
            return new Disk(bytes + other.bytes, inodes + other.inodes);
        }

        long of(Starved resource) {
            return resource == Starved.INODES ? inodes : bytes;
        }
    }

    /** What of a pod's files lies on one disk. */
    record Place(boolean roots, boolean logs, boolean volumes) {
        static final Place EVERYWHERE = new Place(true, true, true);
        static final Place NODE_ONLY = new Place(false, true, true);
        static final Place IMAGES_ONLY = new Place(true, false, false);
    }

    Disk disk(Place place) {
        Disk sum = Disk.NOTHING;
        for (ContainerConsumption container : containers) {
            sum = place.roots() ? sum.plus(container.root()) : sum;
            sum = place.logs() ? sum.plus(container.logs()) : sum;
        }
        if (place.volumes()) {
            for (Disk volume : volumes.values()) {
                sum = sum.plus(volume);
            }
        }
        return sum;
    }
}

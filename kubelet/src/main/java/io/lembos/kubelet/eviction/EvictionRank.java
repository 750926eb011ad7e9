package io.lembos.kubelet.eviction;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.kubelet.container.PodResources;
import io.lembos.kubelet.eviction.PodConsumption.Place;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * In which order pods have to go: those that use more than they asked for, then those of less priority, then those that use
 * most above what they asked for; of process numbers nobody asks for any. A pod of which nothing is known goes before one of
 * which something is. Pure; follows kubelet's {@code rankMemoryPressure} and its kin.
 *
 * @param usage of a pod, empty when nobody could tell
 * @param apart whether images lie on another disk than the node's files
 */
record EvictionRank(Function<Pod, Optional<PodConsumption>> usage, boolean apart) {

    List<Pod> rank(List<Pod> pods, Signal starved) {
        Comparator<Pod> priority = Comparator.comparingInt(CriticalPods::priority);
        Comparator<Pod> order = switch (starved.resource()) {
            case MEMORY, STORAGE, INODES ->
                exceeding(starved).thenComparing(priority).thenComparing(largest(starved));
            case PIDS -> priority.thenComparing(largest(starved));
        };
        return pods.stream().sorted(order).toList();
    }

    private Comparator<Pod> exceeding(Signal starved) {
        return known((one, other) -> Boolean.compare(
                above(other, starved, askedExactly(other, starved)) > 0,
                above(one, starved, askedExactly(one, starved)) > 0));
    }

    private Comparator<Pod> largest(Signal starved) {
        return known((one, other) ->
                Long.compare(above(other, starved, asked(other, starved)), above(one, starved, asked(one, starved))));
    }

    private Comparator<Pod> known(Comparator<Pod> whenBothAre) {
        return (one, other) -> {
            boolean oneIs = usage.apply(one).isPresent();
            boolean otherIs = usage.apply(other).isPresent();
            return oneIs && otherIs ? whenBothAre.compare(one, other) : Boolean.compare(oneIs, otherIs);
        };
    }

    private long above(Pod pod, Signal starved, long asked) {
        PodConsumption used = usage.apply(pod).orElseThrow();
        return switch (starved.resource()) {
            case MEMORY -> used.memoryBytes() - asked;
            case STORAGE, INODES -> used.disk(place(starved)).of(starved.resource()) - asked;
            case PIDS -> used.processes();
        };
    }

    private Place place(Signal starved) {
        if (!apart) {
            return Place.EVERYWHERE;
        }
        return starved.isOfImages() ? Place.IMAGES_ONLY : Place.NODE_ONLY;
    }

    /** Nobody can ask for inodes. */
    private static long askedExactly(Pod pod, Signal starved) {
        return new PodResources(pod).request(starved.resource().word()).longValue();
    }

    /** Where inodes are short, who asked for much disk comes later all the same. */
    private static long asked(Pod pod, Signal starved) {
        String resource = (starved.resource() == Starved.INODES ? Starved.STORAGE : starved.resource()).word();
        return new PodResources(pod).request(resource).longValue();
    }
}

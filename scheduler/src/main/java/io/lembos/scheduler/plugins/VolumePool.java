package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.lembos.api.volumes.ClaimDemand;
import io.lembos.scheduler.cache.NodeInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The free volumes that a claim may take, smallest first. A volume that can be reached from nodes with one label value, as
 * local ones are, is found by that value: a node is asked about its own volumes only. Immutable.
 */
final class VolumePool {
    private record Ranked(int rank, PersistentVolume volume, Reach reach) {}

    /** By the label that a node must have. */
    private final Map<String, Map<String, List<Ranked>>> byLabel = new HashMap<>();

    private final List<Ranked> others = new ArrayList<>();

    private VolumePool() {}

    static VolumePool of(ClaimDemand demand, Collection<PersistentVolume> free) {
        VolumePool pool = new VolumePool();
        List<PersistentVolume> sorted = free.stream()
                .filter(demand::mayTake)
                .sorted(ClaimDemand.SMALLEST)
                .toList();
        for (int rank = 0; rank < sorted.size(); rank++) {
            pool.add(rank, sorted.get(rank));
        }
        return pool;
    }

    private void add(int rank, PersistentVolume volume) {
        Ranked ranked = new Ranked(rank, volume, Reach.of(volume));
        NodeSelectorRequirement only = onlyLabel(volume);
        if (only == null) {
            others.add(ranked);
            return;
        }
        Map<String, List<Ranked>> byValue = byLabel.computeIfAbsent(only.getKey(), k -> new HashMap<>());
        for (String value : Set.copyOf(only.getValues())) {
            byValue.computeIfAbsent(value, v -> new ArrayList<>(1)).add(ranked);
        }
    }

    /** Null if the volume asks for something else than one label with one of some values. */
    private static NodeSelectorRequirement onlyLabel(PersistentVolume volume) {
        List<NodeSelectorTerm> terms = Reach.required(volume);
        if (terms == null
                || terms.size() != 1
                || !NodeSelectors.fields(terms.getFirst()).isEmpty()) {
            return null;
        }
        List<NodeSelectorRequirement> conditions = NodeSelectors.expressions(terms.getFirst());
        return conditions.size() == 1 && "In".equals(conditions.getFirst().getOperator())
                ? conditions.getFirst()
                : null;
    }

    /** The smallest that the node can reach and that is not taken. */
    Optional<PersistentVolume> smallest(NodeInfo node, Set<String> taken) {
        Ranked best = first(others, node, taken, null);
        for (Map.Entry<String, Map<String, List<Ranked>>> each : byLabel.entrySet()) {
            String value = node.labels().get(each.getKey());
            List<Ranked> here = value == null ? null : each.getValue().get(value);
            best = here == null ? best : first(here, node, taken, best);
        }
        return Optional.ofNullable(best).map(Ranked::volume);
    }

    private static Ranked first(List<Ranked> ranked, NodeInfo node, Set<String> taken, Ranked best) {
        for (Ranked each : ranked) {
            if (best != null && best.rank() < each.rank()) {
                return best;
            }
            if (!taken.contains(each.volume().getMetadata().getName())
                    && each.reach().includes(node)) {
                return each;
            }
        }
        return best;
    }
}

package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.TopologySelectorLabelRequirement;
import io.fabric8.kubernetes.api.model.TopologySelectorTerm;
import io.fabric8.kubernetes.api.model.storage.CSIStorageCapacity;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.lembos.api.selector.LabelSelectors;
import io.lembos.api.selector.Selector;
import io.lembos.api.volumes.ClaimDemand;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.Offers;
import java.util.List;

/**
 * Where a volume for a claim could be made. Immutable.
 *
 * @param topologies where the class allows it; empty for everywhere
 * @param counted whether the driver says how much it has left
 * @param enough nodes from which enough can be reached, if it says so
 */
record Provisioning(List<TopologySelectorTerm> topologies, boolean counted, List<Selector> enough) {

    static Provisioning of(StorageClass type, ClaimDemand demand, Offers offers) {
        boolean counted = offers.tellsCapacity(type.getProvisioner());
        List<Selector> enough = !counted
                ? List.of()
                : offers.capacities().values().stream()
                        .filter(c -> type.getMetadata().getName().equals(c.getStorageClassName()))
                        .filter(c -> suffices(c, demand))
                        .map(c -> LabelSelectors.of(c.getNodeTopology()))
                        .toList();
        List<TopologySelectorTerm> topologies = type.getAllowedTopologies();
        return new Provisioning(topologies == null ? List.of() : topologies, counted, enough);
    }

    private static boolean suffices(CSIStorageCapacity capacity, ClaimDemand demand) {
        Quantity limit = limit(capacity);
        return limit != null && limit.getNumericalAmount().compareTo(demand.bytes()) >= 0;
    }

    /** The largest volume that can be made; null if unknown. */
    static Quantity limit(CSIStorageCapacity capacity) {
        return capacity.getMaximumVolumeSize() != null ? capacity.getMaximumVolumeSize() : capacity.getCapacity();
    }

    /** Whether the class has nothing against the node. */
    boolean isAllowedOn(NodeInfo node) {
        return topologies.isEmpty() || topologies.stream().anyMatch(t -> matches(t, node));
    }

    private static boolean matches(TopologySelectorTerm term, NodeInfo node) {
        List<TopologySelectorLabelRequirement> conditions = term.getMatchLabelExpressions();
        return !conditions.isEmpty()
                && conditions.stream()
                        .allMatch(c -> c.getValues().contains(node.labels().get(c.getKey())));
    }

    /** Whether there is room for the volume, as far as anybody says. */
    boolean isEnoughFor(NodeInfo node) {
        return !counted || enough.stream().anyMatch(s -> s.matches(node.labels()));
    }
}

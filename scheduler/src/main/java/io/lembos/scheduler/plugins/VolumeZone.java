package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.EventResource;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.NodeLocal;
import io.lembos.scheduler.framework.Objection;
import io.lembos.scheduler.framework.Requeues;
import io.lembos.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keeps a pod in the zones and regions that its volumes are labelled with, on nodes that say where they are. */
public final class VolumeZone implements FilterPlugin, NodeLocal, Requeues {
    private static final String REASON = "node(s) had no available volume zone";
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String REGION = "topology.kubernetes.io/region";

    /** Label keys, and under which other key a node may have the same. */
    private static final Map<String, String> KEYS = Map.of(
            ZONE,
            ZONE,
            REGION,
            REGION,
            "failure-domain.beta.kubernetes.io/zone",
            ZONE,
            "failure-domain.beta.kubernetes.io/region",
            REGION);

    /** A node must have one of the values. */
    private record Place(String key, Set<String> values) {
        boolean has(NodeInfo node) {
            String value = node.labels().getOrDefault(key, node.labels().get(KEYS.get(key)));
            return value != null && values.contains(value);
        }
    }

    @Override
    public String name() {
        return "VolumeZone";
    }

    @Override
    public Filtering preFilter(PodInfo pod, Snapshot snapshot) {
        if (pod.claims().isEmpty()) {
            return Filtering.SKIP;
        }
        List<Place> places = new ArrayList<>(0);
        snapshot.surroundings().storage().volumes(pod).forEach(v -> v.volume().ifPresent(pv -> addPlaces(places, pv)));
        return places.isEmpty() ? Filtering.SKIP : new Filtering.EachNode(node -> judge(places, node));
    }

    private static void addPlaces(List<Place> places, PersistentVolume volume) {
        Map<String, String> labels = volume.getMetadata().getLabels();
        if (labels != null) {
            for (String key : KEYS.keySet()) {
                if (labels.containsKey(key)) {
                    // A volume that is in several zones has their names in one label.
                    places.add(new Place(key, Set.copyOf(List.of(labels.get(key).split("__")))));
                }
            }
        }
    }

    private static Verdict judge(List<Place> places, NodeInfo node) {
        if (node.labels().keySet().stream().noneMatch(KEYS::containsKey)) {
            return Verdict.FITS;
        }
        for (Place place : places) {
            if (!place.has(node)) {
                return new Verdict.Fails(
                        false,
                        List.of(new Objection(
                                REASON,
                                () -> place.key() + ": volume in " + place.values() + ", node in "
                                        + node.labels().get(place.key()))));
            }
        }
        return Verdict.FITS;
    }

    @Override
    public List<HintedEvent> events() {
        return List.of(
                HintedEvent.ofNodes((pod, change) -> true, EventAction.ADD, EventAction.UPDATE_NODE_LABEL),
                StorageHints.ownClaims(),
                StorageHints.ownVolumes(),
                StorageHints.any(EventResource.STORAGE_CLASS));
    }
}

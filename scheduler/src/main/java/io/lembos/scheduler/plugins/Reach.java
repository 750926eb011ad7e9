package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.lembos.scheduler.cache.NodeInfo;
import java.util.List;
import java.util.stream.Collectors;

/**
 * From which nodes a volume can be reached. Immutable.
 *
 * @param terms one of them must hold; null if it can be reached from everywhere
 */
record Reach(List<NodeTerm> terms) {

    static Reach of(PersistentVolume volume) {
        List<NodeSelectorTerm> required = required(volume);
        return new Reach(required == null ? null : NodeSelectors.terms(required));
    }

    /** Null if the volume can be reached from everywhere. */
    static List<NodeSelectorTerm> required(PersistentVolume volume) {
        var affinity = volume.getSpec().getNodeAffinity();
        return affinity == null || affinity.getRequired() == null
                ? null
                : affinity.getRequired().getNodeSelectorTerms();
    }

    boolean isLimited() {
        return terms != null;
    }

    boolean includes(NodeInfo node) {
        if (terms == null) {
            return true;
        }
        for (NodeTerm term : terms) {
            if (term.matches(node)) {
                return true;
            }
        }
        return false;
    }

    /** What the volume asks for, and what the node has instead. */
    String text(NodeInfo node) {
        return terms.stream().map(t -> t.text(node)).collect(Collectors.joining("; or "));
    }
}

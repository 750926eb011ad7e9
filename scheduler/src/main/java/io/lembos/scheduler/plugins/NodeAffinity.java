package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.lembos.api.selector.Requirement;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keeps pods to nodes that their node selector and required node affinity name: any one term, all of its conditions. */
public final class NodeAffinity implements FilterPlugin {
    private static final List<String> REASON = List.of("node(s) didn't match Pod's node affinity/selector");

    @Override
    public String name() {
        return "NodeAffinity";
    }

    @Override
    public List<String> filter(PodInfo pod, NodeInfo node) {
        Map<String, String> wanted = pod.pod().getSpec().getNodeSelector();
        Map<String, String> labels = labels(node);
        if (wanted != null && !labels.entrySet().containsAll(wanted.entrySet())) {
            return REASON;
        }
        NodeSelector required = required(pod.pod().getSpec().getAffinity());
        if (required == null) {
            return List.of();
        }
        Map<String, String> fields = Map.of("metadata.name", node.name());
        boolean matches = required.getNodeSelectorTerms().stream().anyMatch(t -> matches(t, labels, fields));
        return matches ? List.of() : REASON;
    }

    private static NodeSelector required(Affinity affinity) {
        return affinity == null || affinity.getNodeAffinity() == null
                ? null
                : affinity.getNodeAffinity().getRequiredDuringSchedulingIgnoredDuringExecution();
    }

    private static boolean matches(NodeSelectorTerm term, Map<String, String> labels, Map<String, String> fields) {
        boolean empty =
                term.getMatchExpressions().isEmpty() && term.getMatchFields().isEmpty();
        return !empty && all(term.getMatchExpressions(), labels) && all(term.getMatchFields(), fields);
    }

    private static boolean all(List<NodeSelectorRequirement> requirements, Map<String, String> values) {
        return requirements.stream().allMatch(r -> requirement(r).matches(values));
    }

    private static Requirement requirement(NodeSelectorRequirement r) {
        Set<String> values = r.getValues() == null ? Set.of() : new HashSet<>(r.getValues());
        return new Requirement(r.getKey(), Requirement.Operator.valueOf(r.getOperator()), values);
    }

    private static Map<String, String> labels(NodeInfo node) {
        Map<String, String> labels = node.node().getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }
}

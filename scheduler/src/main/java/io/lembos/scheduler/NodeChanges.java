package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.framework.EventAction;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What an update of a node means to scheduling. Pure. */
final class NodeChanges {

    private NodeChanges() {}

    /** Empty when nothing matters of what is different, as in a heartbeat. */
    static Set<EventAction> between(NodeInfo before, NodeInfo after) {
        Set<EventAction> actions = EnumSet.noneOf(EventAction.class);
        if (!before.allocatable().equals(after.allocatable()) || before.podsMax() != after.podsMax()) {
            actions.add(EventAction.UPDATE_NODE_ALLOCATABLE);
        }
        if (!before.labels().equals(after.labels())) {
            actions.add(EventAction.UPDATE_NODE_LABEL);
        }
        if (before.isUnschedulable() != after.isUnschedulable()
                || !before.taints().equals(after.taints())) {
            actions.add(EventAction.UPDATE_NODE_TAINT);
        }
        if (!conditions(before.node()).equals(conditions(after.node()))) {
            actions.add(EventAction.UPDATE_NODE_CONDITION);
        }
        if (!annotations(before.node()).equals(annotations(after.node()))) {
            actions.add(EventAction.UPDATE_NODE_ANNOTATION);
        }
        return actions;
    }

    /** Their statuses: times and messages matter to nobody. */
    private static Map<String, String> conditions(Node node) {
        List<NodeCondition> conditions =
                node.getStatus() == null ? List.of() : node.getStatus().getConditions();
        Map<String, String> statuses = new HashMap<>();
        conditions.forEach(c -> statuses.put(c.getType(), c.getStatus()));
        return statuses;
    }

    private static Map<String, String> annotations(Node node) {
        Map<String, String> annotations = node.getMetadata().getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }
}

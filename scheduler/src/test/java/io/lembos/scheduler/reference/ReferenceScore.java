package io.lembos.scheduler.reference;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/** What one plugin thinks of the nodes that are left. Lists are in the order of the nodes. */
public interface ReferenceScore {
    String plugin();

    int weight();

    List<Long> raw(Pod pod, List<Node> feasible, ReferenceCluster cluster);

    /** @param raw never empty */
    default List<Long> normalised(List<Long> raw) {
        return raw;
    }
}

package io.lembos.scheduler.reference;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What one plugin has against nodes. */
public interface ReferenceFilter {
    String plugin();

    /** Why no node can do, whatever it is like. */
    default Optional<Objection> rejects(Pod pod, ReferenceCluster cluster) {
        return Optional.empty();
    }

    /** The names of the only nodes that come into question. */
    default Optional<Set<String>> among(Pod pod, ReferenceCluster cluster) {
        return Optional.empty();
    }

    Optional<Objection> objects(Pod pod, Node node, ReferenceCluster cluster);

    /** @param resolvable whether it could be otherwise if pods left the node */
    record Objection(boolean resolvable, List<String> reasons) {
        static Optional<Objection> unresolvableIf(boolean holds, String reason) {
            return holds ? Optional.of(new Objection(false, List.of(reason))) : Optional.empty();
        }
    }
}

package io.lembos.dashboard.rows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Namespace;

/** Namespaces as {@code kubectl get namespaces} shows them. */
public final class NamespaceRows {
    private NamespaceRows() {}

    public static Row of(Namespace namespace) {
        ObjectNode cells = Row.cells();
        cells.put(
                "status",
                namespace.getStatus() == null
                        ? ""
                        : Row.orEmpty(namespace.getStatus().getPhase()));
        return Row.of(namespace.getMetadata(), cells);
    }
}

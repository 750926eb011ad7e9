package io.lembos.apiserver.apply;

import io.lembos.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings what somebody owns in line with a schema that has changed since: of a list or map that has become atomic one owns
 * the whole or nothing, so who owned something in it owns it now. One that was atomic and is no longer stays as it is, as if
 * it had never been: its owner keeps the list or map itself and gets nothing in it (structured-merge-diff, typed,
 * reconcile_schema). Pure.
 */
final class Reconciliation {
    private Reconciliation() {}

    /** The very same set if nothing in it has become atomic. */
    static FieldSet of(FieldSet set, Schema schema) {
        return children(set, new Structure(schema));
    }

    private static FieldSet children(FieldSet set, Structure structure) {
        if (structure.equals(Structure.DEDUCED)) {
            return set;
        }
        List<FieldSet.Node> nodes = set.nodes();
        List<FieldSet.Node> changed = null;
        for (int i = 0; i < nodes.size(); i++) {
            FieldSet.Node node = nodes.get(i);
            FieldSet.Node now = node.children().isEmpty() ? node : node(node, structure);
            if (now != node) {
                changed = changed == null ? new ArrayList<>(nodes) : changed;
                changed.set(i, now);
            }
        }
        return changed == null ? set : FieldSet.of(changed);
    }

    private static FieldSet.Node node(FieldSet.Node node, Structure structure) {
        Structure below =
                node.element() instanceof PathElement.Field field ? structure.field(field.name()) : structure.items();
        if (below.isAtomic()) {
            return FieldSet.Node.member(node.element());
        }
        FieldSet children = children(node.children(), below);
        return children == node.children() ? node : new FieldSet.Node(node.element(), node.member(), children);
    }
}

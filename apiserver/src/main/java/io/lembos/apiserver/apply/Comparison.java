package io.lembos.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is different between two states of an object, field by field. No field is in more than one of the sets.
 *
 * @param removed fields that only the old state has
 * @param modified fields that both have, with different values
 * @param added fields that only the new state has
 */
record Comparison(FieldSet removed, FieldSet modified, FieldSet added) {

    static Comparison of(ObjectNode old, ObjectNode updated, Schema schema) {
        Walk walk = new Walk();
        walk.compare(new Structure(schema), old, updated);
        return new Comparison(walk.removed.toSet(), walk.modified.toSet(), walk.added.toSet());
    }

    boolean isSame() {
        return removed.isEmpty() && modified.isEmpty() && added.isEmpty();
    }

    /** What the new state sets. */
    FieldSet changed() {
        return modified.union(added);
    }

    /** Leaves out fields and everything below them. */
    Comparison without(FieldSet ignored) {
        return new Comparison(
                removed.recursiveDifference(ignored),
                modified.recursiveDifference(ignored),
                added.recursiveDifference(ignored));
    }

    /** The walk over both states at once; null stands for what is absent. */
    private static final class Walk {
        private final PathTree removed = new PathTree();
        private final PathTree modified = new PathTree();
        private final PathTree added = new PathTree();
        private final List<PathElement> path = new ArrayList<>();

        void compare(Structure structure, JsonNode old, JsonNode updated) {
            if (old != null && old.equals(updated)) {
                return;
            }
            Structure.Form before = old == null ? null : structure.form(old);
            Structure.Form after = updated == null ? before : structure.form(updated);
            boolean leaf = false;
            if (before != null && before != after) {
                leaf = visit(before, structure, old, updated);
            }
            leaf |= visit(after, structure, old, updated);
            if (!leaf) {
                if (old == null) {
                    added.add(path);
                } else if (updated == null) {
                    removed.add(path);
                }
            }
        }

        /** Tells whether the value was taken as a whole. */
        private boolean visit(Structure.Form form, Structure structure, JsonNode old, JsonNode updated) {
            boolean empty = form != Structure.Form.LEAF && isEmpty(form, old) && isEmpty(form, updated);
            if (form == Structure.Form.LEAF || empty) {
                whole(old, updated);
                return true;
            }
            if (form == Structure.Form.MAP) {
                entries(structure, object(old), object(updated));
            } else {
                items(structure, old, updated);
            }
            return false;
        }

        private void whole(JsonNode old, JsonNode updated) {
            if (old == null) {
                added.add(path);
            } else if (updated == null) {
                removed.add(path);
            } else {
                modified.add(path);
            }
        }

        private static boolean isEmpty(Structure.Form form, JsonNode value) {
            boolean fits = value != null && (form == Structure.Form.MAP ? value.isObject() : value.isArray());
            return !fits || value.isEmpty();
        }

        private static ObjectNode object(JsonNode value) {
            return value instanceof ObjectNode object ? object : null;
        }

        private void entries(Structure structure, ObjectNode old, ObjectNode updated) {
            if (old != null) {
                for (Map.Entry<String, JsonNode> entry : old.properties()) {
                    JsonNode now = updated == null ? null : updated.get(entry.getKey());
                    if (now == null && updated != null) {
                        now = structure.absent(entry.getKey());
                    }
                    child(PathElement.field(entry.getKey()), structure.field(entry.getKey()), entry.getValue(), now);
                }
            }
            if (updated != null) {
                for (Map.Entry<String, JsonNode> entry : updated.properties()) {
                    if (old == null || !old.has(entry.getKey())) {
                        JsonNode was = old == null ? null : structure.absent(entry.getKey());
                        child(
                                PathElement.field(entry.getKey()),
                                structure.field(entry.getKey()),
                                was,
                                entry.getValue());
                    }
                }
            }
        }

        private void child(PathElement element, Structure structure, JsonNode old, JsonNode updated) {
            path.add(element);
            compare(structure, old, updated);
            path.removeLast();
        }

        private void items(Structure structure, JsonNode old, JsonNode updated) {
            Map<PathElement, List<JsonNode>> before = grouped(structure, old);
            Map<PathElement, List<JsonNode>> after = grouped(structure, updated);
            Structure type = structure.items();
            before.forEach((element, values) -> item(element, type, values, after.getOrDefault(element, List.of())));
            after.forEach((element, values) -> {
                if (!before.containsKey(element)) {
                    item(element, type, List.of(), values);
                }
            });
        }

        private static Map<PathElement, List<JsonNode>> grouped(Structure structure, JsonNode list) {
            Map<PathElement, List<JsonNode>> groups = new LinkedHashMap<>();
            for (Structure.Item item : structure.indexed(list)) {
                List<JsonNode> present = groups.putIfAbsent(item.element(), List.of(item.value()));
                if (present != null) {
                    List<JsonNode> longer = new ArrayList<>(present);
                    longer.add(item.value());
                    groups.put(item.element(), longer);
                }
            }
            return groups;
        }

        /** Items that stand there more than once are owned as one. */
        private void item(PathElement element, Structure type, List<JsonNode> old, List<JsonNode> updated) {
            boolean wasTwice = old.size() > 1;
            boolean isTwice = updated.size() > 1;
            if (wasTwice && isTwice) {
                if (!old.equals(updated)) {
                    mark(modified, element);
                }
                return;
            }
            JsonNode before = wasTwice || old.isEmpty() ? null : old.get(0);
            JsonNode after = isTwice || updated.isEmpty() ? null : updated.get(0);
            if (before != null || after != null) {
                child(element, type, before, after);
            }
            if (wasTwice) {
                mark(removed, element);
            }
            if (isTwice) {
                mark(added, element);
            }
        }

        private void mark(PathTree tree, PathElement element) {
            path.add(element);
            tree.add(path);
            path.removeLast();
        }
    }
}

package io.lembos.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.Cause;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds what stands twice in lists whose elements must differ: of type set by value, of type map by key. Pure. */
public final class ListTypes {
    private ListTypes() {}

    public static void check(JsonNode value, Structural schema, String path, List<Cause> causes) {
        if (schema == null) {
            return;
        }
        if (value.isObject()) {
            value.properties()
                    .forEach(field -> check(
                            field.getValue(),
                            schema.property(field.getKey()),
                            place(path, field.getKey(), schema),
                            causes));
        } else if (value.isArray()) {
            duplicates(value, schema, path, causes);
            for (int i = 0; i < value.size(); i++) {
                check(value.get(i), schema.items(), path + "[" + i + "]", causes);
            }
        }
    }

    private static void duplicates(JsonNode list, Structural schema, String path, List<Cause> causes) {
        Structural.ListType type = schema.listType();
        if (type == Structural.ListType.ATOMIC) {
            return;
        }
        Set<JsonNode> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode element = list.get(i);
            if (type == Structural.ListType.MAP && !element.isObject()) {
                continue;
            }
            JsonNode identity = type == Structural.ListType.SET ? element : Correlation.keys(element, schema);
            if (!seen.add(identity)) {
                causes.add(Cause.duplicate(path + "[" + i + "]", StructuralValidator.shown(identity)));
            }
        }
    }

    private static String place(String path, String name, Structural schema) {
        return schema.properties().containsKey(name) ? StructuralValidator.child(path, name) : path + "[" + name + "]";
    }
}

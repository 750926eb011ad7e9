package io.lembos.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.jsonpath.JsonPath;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Fields by which a client may select objects: each leads to one text, number or truth value outside the metadata. Pure. */
final class SelectableFieldRules {
    private static final int FIELDS_MAX = 8;

    private SelectableFieldRules() {}

    static void check(JsonNode version, String path, List<Cause> causes) {
        JsonNode fields = version.path("selectableFields");
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < fields.size(); i++) {
            String source = fields.get(i).path("jsonPath").asText("");
            String at = path + ".selectableFields[" + i + "].jsonPath";
            if (source.isEmpty()) {
                causes.add(Cause.required(at, ""));
                continue;
            }
            JsonNode schema = at(version.path("schema").path("openAPIV3Schema"), source);
            if (schema.isMissingNode()) {
                causes.add(Cause.invalid(at, source, "is an invalid path: does not refer to a valid field"));
                continue;
            }
            if (source.startsWith(".metadata")) {
                causes.add(Cause.invalid(at, source, "must not point to fields in metadata"));
            }
            if (!List.of("string", "boolean", "integer")
                    .contains(schema.path("type").asText(""))) {
                causes.add(Cause.invalid(
                        at,
                        source,
                        "must point to a field of type string, boolean or integer. Enum string fields and strings with"
                                + " formats are allowed."));
            }
            if (!seen.add(source)) {
                causes.add(Cause.duplicate(at, source));
            }
        }
        if (seen.size() > FIELDS_MAX) {
            causes.add(new Cause(
                    "FieldValueTooMany",
                    path + ".selectableFields",
                    "Too many: " + seen.size() + ": must have at most " + FIELDS_MAX + " items"));
        }
    }

    private static JsonNode at(JsonNode schema, String source) {
        JsonNode found = schema;
        if (!source.startsWith(".")) {
            return schema.path("");
        }
        for (String step : source.substring(1).split("\\.")) {
            found = found.path("properties").path(step);
        }
        return found;
    }

    static boolean isPath(String source) {
        try {
            JsonPath.of(source);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}

package io.lembos.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.schema.FieldCheck;
import io.lembos.apiserver.schema.Schema;
import io.lembos.apiserver.structural.Structural;
import io.lembos.apiserver.validation.Names;
import java.util.List;
import java.util.Locale;

/**
 * Whole objects inside an object, where the schema says {@code x-kubernetes-embedded-resource}: they have an apiVersion, a
 * kind, and metadata of the usual form. Stateless.
 */
final class EmbeddedResources {
    /** Finds them and does something to each. */
    private interface Visit {
        void resource(ObjectNode resource, String path);
    }

    private EmbeddedResources() {}

    /** Brings their metadata into form; what does not belong there goes and is named. */
    static void prune(ObjectNode object, Structural schema, Schema metadataOnly, List<String> problems) {
        visit(
                object,
                schema,
                "",
                (resource, path) -> FieldCheck.prune(
                                resource, metadataOnly, resource.path("kind").asText(""), "")
                        .forEach(unknown -> problems.add(unknown.replace("field \"", "field \"" + path + "."))));
    }

    static void check(ObjectNode object, Structural schema, List<Cause> causes) {
        visit(object, schema, "", (resource, path) -> {
            String apiVersion = resource.path("apiVersion").asText("");
            String kind = resource.path("kind").asText("");
            if (apiVersion.isEmpty()) {
                causes.add(Cause.required(path + ".apiVersion", "must not be empty"));
            } else if (apiVersion.indexOf('/') != apiVersion.lastIndexOf('/')) {
                causes.add(Cause.invalid(
                        path + ".apiVersion", apiVersion, "unexpected GroupVersion string: " + apiVersion));
            }
            if (kind.isEmpty()) {
                causes.add(Cause.required(path + ".kind", "must not be empty"));
            } else {
                Names.label1035(kind.toLowerCase(Locale.ROOT))
                        .forEach(w -> causes.add(Cause.invalid(
                                path + ".kind", kind, "may have mixed case, but should otherwise match: " + w)));
            }
        });
    }

    private static void visit(JsonNode value, Structural schema, String path, Visit visit) {
        if (schema == null) {
            return;
        }
        if (value instanceof ObjectNode object) {
            if (schema.isEmbeddedResource() && !path.isEmpty()) {
                visit.resource(object, path);
            }
            object.properties()
                    .forEach(field -> visit(
                            field.getValue(),
                            schema.property(field.getKey()),
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                            visit));
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                visit(value.get(i), schema.items(), path + "[" + i + "]", visit);
            }
        }
    }
}

package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.schema.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules and system fields of {@code metadata}, the same for every kind. Pure functions; those that fill in change the
 * object they are given and nothing else.
 */
public final class MetadataRules {
    private static final int ANNOTATIONS_MAX_BYTES = 256 * 1024;
    private static final List<String> LEGACY_FINALIZERS = List.of("kubernetes", "orphan", "foregroundDeletion");
    private static final List<String> FIXED =
            List.of("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds");

    private MetadataRules() {}

    /** Sets what the server alone sets on a new object. The name must be final already. */
    public static void fillForCreate(ObjectNode object, String uid, Instant now) {
        ObjectNode meta = object.withObject("/metadata");
        meta.remove(List.of(
                "resourceVersion", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields"));
        meta.put("uid", uid).put("creationTimestamp", Times.seconds(now));
    }

    /** Takes over from the stored object what an update may leave out and cannot change. */
    public static void fillForUpdate(ObjectNode updated, ObjectNode old) {
        ObjectNode meta = updated.withObject("/metadata");
        JsonNode stored = old.path("metadata");
        for (String field : List.of("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds")) {
            boolean absent = meta.path(field).asText("").isEmpty();
            if (absent && stored.has(field)) {
                meta.set(field, stored.get(field));
            }
        }
        meta.remove(List.of("selfLink"));
    }

    static void check(Kind kind, ObjectNode object, List<Cause> causes) {
        JsonNode meta = object.path("metadata");
        name(kind, meta, causes);
        namespace(kind, meta, causes);
        labels(meta.path("labels"), "metadata.labels", causes);
        annotations(meta.path("annotations"), "metadata.annotations", causes);
        owners(meta.path("ownerReferences"), causes);
        finalizers(meta.path("finalizers"), causes);
    }

    static void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
        JsonNode meta = updated.path("metadata");
        JsonNode stored = old.path("metadata");
        for (String field : FIXED) {
            if (!meta.path(field).equals(stored.path(field))) {
                causes.add(Cause.invalid("metadata." + field, ShownValue.of(meta.path(field)), "field is immutable"));
            }
        }
        if (stored.has("deletionTimestamp")) {
            List<String> before = texts(stored.path("finalizers"));
            List<String> added = new ArrayList<>(texts(meta.path("finalizers")));
            added.removeAll(before);
            if (!added.isEmpty()) {
                String shown = "[]string{\"" + String.join("\", \"", added) + "\"}";
                causes.add(Cause.forbidden(
                        "metadata.finalizers",
                        "no new finalizers can be added if the object is being deleted, found new finalizers "
                                + shown));
            }
        }
    }

    private static void name(Kind kind, JsonNode meta, List<Cause> causes) {
        String generate = meta.path("generateName").asText("");
        if (!generate.isEmpty()) {
            String prefix = generate.endsWith("-") ? generate.substring(0, generate.length() - 1) + "a" : generate;
            form(kind, prefix).forEach(w -> causes.add(Cause.invalid("metadata.generateName", generate, w)));
        }
        String name = meta.path("name").asText("");
        if (name.isEmpty()) {
            causes.add(Cause.required("metadata.name", "name or generateName is required"));
        } else {
            form(kind, name).forEach(w -> causes.add(Cause.invalid("metadata.name", name, w)));
        }
    }

    private static List<String> form(Kind kind, String name) {
        return switch (kind.nameForm()) {
            case SUBDOMAIN -> Names.subdomain(name);
            case LABEL -> Names.label(name);
            case LABEL1035 -> Names.label1035(name);
            case PATH -> Names.pathSegment(name);
        };
    }

    private static void namespace(Kind kind, JsonNode meta, List<Cause> causes) {
        String namespace = meta.path("namespace").asText("");
        if (!kind.namespaced() && !namespace.isEmpty()) {
            causes.add(Cause.forbidden("metadata.namespace", "not allowed on this type"));
        } else if (kind.namespaced() && namespace.isEmpty()) {
            causes.add(Cause.required("metadata.namespace", ""));
        } else if (kind.namespaced()) {
            Names.label(namespace).forEach(w -> causes.add(Cause.invalid("metadata.namespace", namespace, w)));
        }
    }

    static void labels(JsonNode labels, String path, List<Cause> causes) {
        labels.properties().forEach(e -> {
            String value = e.getValue().asText();
            Names.qualifiedName(e.getKey()).forEach(w -> causes.add(Cause.invalid(path, e.getKey(), w)));
            Names.labelValue(value).forEach(w -> causes.add(Cause.invalid(path, value, w)));
        });
    }

    static void annotations(JsonNode annotations, String path, List<Cause> causes) {
        long total = 0;
        for (var entry : annotations.properties()) {
            String key = entry.getKey();
            Names.qualifiedName(key.toLowerCase(java.util.Locale.ROOT))
                    .forEach(w -> causes.add(Cause.invalid(path, key, w)));
            total += Names.bytes(key) + Names.bytes(entry.getValue().asText());
        }
        if (total > ANNOTATIONS_MAX_BYTES) {
            causes.add(Cause.tooLong(path, ANNOTATIONS_MAX_BYTES));
        }
    }

    private static void owners(JsonNode owners, List<Cause> causes) {
        String controller = "";
        for (int i = 0; i < owners.size(); i++) {
            JsonNode owner = owners.get(i);
            String path = "metadata.ownerReferences[" + i + "]";
            if (owner.path("apiVersion").asText("").isEmpty()) {
                causes.add(Cause.invalid(path + ".apiVersion", "", "version must not be empty"));
            }
            for (String field : List.of("kind", "name", "uid")) {
                if (owner.path(field).asText("").isEmpty()) {
                    causes.add(Cause.invalid(path + "." + field, "", "must not be empty"));
                }
            }
            if (owner.path("controller").asBoolean(false)) {
                String name = owner.path("name").asText();
                if (!controller.isEmpty()) {
                    causes.add(Cause.invalid(
                            "metadata.ownerReferences",
                            ShownValue.of(owners),
                            "Only one reference can have Controller set to true. Found \"true\" in references for "
                                    + controller + " and " + name));
                }
                controller = name;
            }
        }
    }

    private static void finalizers(JsonNode finalizers, List<Cause> causes) {
        for (String finalizer : texts(finalizers)) {
            Names.qualifiedName(finalizer).forEach(w -> causes.add(Cause.invalid("metadata.finalizers", finalizer, w)));
            if (!finalizer.contains("/") && !LEGACY_FINALIZERS.contains(finalizer)) {
                causes.add(Cause.invalid(
                        "metadata.finalizers",
                        finalizer,
                        "name is neither a standard finalizer name nor is it fully qualified"));
            }
        }
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).toList();
    }
}

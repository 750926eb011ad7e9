package io.lembos.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindTable;
import io.lembos.apiserver.schema.SchemaCatalog;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Definitions in the words of OpenAPI, with everything they refer to. One use per document. */
final class DefinitionsWriter {
    private static final String QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";
    private static final String INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
    private static final List<String> COPIED = List.of(
            "type",
            "format",
            "required",
            "x-kubernetes-list-map-keys",
            "x-kubernetes-list-type",
            "x-kubernetes-map-type",
            "x-kubernetes-patch-merge-key",
            "x-kubernetes-patch-strategy");
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Style style;
    private final SchemaCatalog catalog;
    private final Map<String, List<Kind>> kindsByDefinition = new HashMap<>();
    private final Map<String, Supplier<ObjectNode>> customs = new HashMap<>();
    private final Map<String, JsonNode> texts = new HashMap<>();
    private final Map<String, ObjectNode> written = new TreeMap<>();
    private final Deque<String> open = new ArrayDeque<>();

    DefinitionsWriter(Style style, SchemaCatalog catalog, KindTable kinds) {
        this.style = style;
        this.catalog = catalog;
        CustomDefinitions custom = new CustomDefinitions(style);
        kinds.all().forEach(kind -> {
            kindsByDefinition.put(kind.definition(), List.of(kind));
            kind.custom().ifPresent(form -> {
                customs.put(kind.definition(), () -> custom.kind(kind, form));
                customs.put(kind.definition() + "List", () -> custom.list(kind));
            });
        });
    }

    ObjectNode write(Collection<String> roots) {
        open.addAll(roots);
        while (!open.isEmpty()) {
            String name = open.pop();
            if (!written.containsKey(name)) {
                written.put(name, NODES.objectNode());
                written.put(name, definition(name));
            }
        }
        ObjectNode result = NODES.objectNode();
        written.forEach(result::set);
        return result;
    }

    private ObjectNode definition(String name) {
        Supplier<ObjectNode> custom = customs.get(name);
        if (custom != null) {
            String item = name.endsWith("List") ? name.substring(0, name.length() - "List".length()) : name;
            if (customs.containsKey(item)) {
                open.push(item);
            }
            open.push("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
            open.push("io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta");
            return custom.get();
        }
        ObjectNode raw = catalog.raw(name);
        JsonNode descriptions = textsOf(name);
        ObjectNode node = schema(raw);
        describe(node, descriptions.path(""));
        if (raw.has("properties")) {
            ObjectNode properties = node.putObject("properties");
            raw.get("properties").properties().forEach(p -> {
                ObjectNode property = schema(p.getValue());
                describe(property, descriptions.path(p.getKey()));
                properties.set(p.getKey(), property);
            });
        }
        union(node, name);
        addGroupVersionKinds(node, name);
        return node;
    }

    private JsonNode textsOf(String definition) {
        return texts.computeIfAbsent(SchemaCatalog.packageOf(definition), SchemaCatalog::descriptions)
                .path(definition);
    }

    private static void describe(ObjectNode node, JsonNode text) {
        if (text.isTextual()) {
            node.set("description", text);
        }
    }

    private ObjectNode schema(JsonNode raw) {
        ObjectNode node = NODES.objectNode();
        if (raw.has("$ref")) {
            refer(node, raw);
        }
        COPIED.stream().filter(raw::has).forEach(key -> node.set(key, raw.get(key)));
        if (raw.path("type").asText().equals("array") && !raw.has("x-kubernetes-list-type")) {
            node.put("x-kubernetes-list-type", "atomic");
        }
        for (String part : List.of("items", "additionalProperties")) {
            if (raw.path(part).isObject()) {
                node.set(part, schema(raw.get(part)));
            }
        }
        if (style == Style.V3) {
            List.of("default", "enum").stream().filter(raw::has).forEach(key -> node.set(key, raw.get(key)));
        }
        return node;
    }

    private void refer(ObjectNode node, JsonNode raw) {
        String target = raw.get("$ref").asText();
        open.push(target);
        if (style == Style.V3 && raw.size() > 1) {
            node.putArray("allOf").addObject().put("$ref", style.reference(target));
        } else {
            node.put("$ref", style.reference(target));
        }
    }

    /** What is a text or a number can be said in version 3 only. */
    private void union(ObjectNode node, String name) {
        if (style == Style.V3 && (name.equals(QUANTITY) || name.equals(INT_OR_STRING))) {
            node.remove("type");
            ArrayNode forms = node.putArray("oneOf");
            forms.addObject().put("type", name.equals(QUANTITY) ? "string" : "integer");
            forms.addObject().put("type", name.equals(QUANTITY) ? "number" : "string");
        }
    }

    private void addGroupVersionKinds(ObjectNode node, String name) {
        boolean list = name.endsWith("List") && !kindsByDefinition.containsKey(name);
        String item = list ? name.substring(0, name.length() - "List".length()) : name;
        List<Kind> kinds = kindsByDefinition.getOrDefault(item, List.of());
        if (kinds.isEmpty()) {
            return;
        }
        ArrayNode array = node.putArray("x-kubernetes-group-version-kind");
        kinds.forEach(kind -> array.addObject()
                .put("group", kind.group())
                .put("kind", list ? kind.listKind() : kind.kind())
                .put("version", kind.version()));
    }
}

package io.lembos.schema.generator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What Kubernetes knows about fields and the model classes do not: list and map types, patch strategies, defaults, closed
 * sets, bounds. Read from {@code fields/*.yaml}; a fact about a type or field that does not exist fails the build.
 *
 * <p>Notation: {@code GROUP/VERSION.Type: {field: {fact: value}}}, where {@code self} is the type itself,
 * or {@code TYPE: {like: OTHER}}. Facts: {@code
 * listMap} (keys), {@code set}, {@code atomic}, {@code granular}, {@code merge} (merge key, or true), {@code patch}
 * (another strategy), {@code default}, {@code enum}, {@code min}, {@code max}, {@code pattern}, {@code must} (absent or
 * empty is refused; the value is the detail of the message).
 */
final class FieldFacts {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private final Map<String, JsonNode> byType = new TreeMap<>();

    private FieldFacts() {}

    static FieldFacts read(Path directory) throws IOException {
        FieldFacts facts = new FieldFacts();
        try (var files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                YAML.readTree(file.toFile()).properties().forEach(e -> facts.add(e.getKey(), e.getValue()));
            }
        }
        return facts;
    }

    private void add(String type, JsonNode fields) {
        if (byType.put(definitionName(type), fields) != null) {
            throw new IllegalArgumentException("facts about " + type + " stand in two places");
        }
    }

    /** {@code core/v1.Pod} to {@code io.k8s.api.core.v1.Pod}. */
    static String definitionName(String type) {
        String dotted = type.replace('/', '.');
        String group = dotted.substring(0, dotted.indexOf('.'));
        return switch (group) {
            case "meta" -> "io.k8s.apimachinery.pkg.apis." + dotted;
            case "apiextensions" -> "io.k8s.apiextensions-apiserver.pkg.apis." + dotted;
            case "apiregistration" -> "io.k8s.kube-aggregator.pkg.apis." + dotted;
            case "metrics" -> "io.k8s.metrics.pkg.apis." + dotted;
            default -> "io.k8s.api." + dotted;
        };
    }

    void applyTo(Map<String, ObjectNode> definitions) {
        byType.forEach((name, fields) -> {
            ObjectNode definition = definitions.get(name);
            if (definition == null) {
                throw new IllegalArgumentException("facts about " + name + ", which does not exist");
            }
            resolve(fields).properties().forEach(f -> apply(field(definition, name, f.getKey()), f.getValue(), name));
        });
    }

    /** {@code {like: TYPE}} stands for the facts of that other type. */
    private JsonNode resolve(JsonNode fields) {
        return fields.has("like") ? byType.get(definitionName(fields.get("like").asText())) : fields;
    }

    private static ObjectNode field(ObjectNode definition, String name, String field) {
        JsonNode found = field.equals("self")
                ? definition
                : definition.path("properties").path(field);
        if (!(found instanceof ObjectNode node)) {
            throw new IllegalArgumentException("facts about " + name + "#" + field + ", which does not exist");
        }
        return node;
    }

    private static void apply(ObjectNode schema, JsonNode facts, String name) {
        facts.properties().forEach(fact -> {
            JsonNode value = fact.getValue();
            switch (fact.getKey()) {
                case "listMap" -> listMap(schema, value);
                case "set" -> schema.put("x-kubernetes-list-type", "set");
                case "atomic" -> schema.put("x-kubernetes-map-type", "atomic");
                case "granular" -> schema.put("x-kubernetes-map-type", "granular");
                case "merge" -> merge(schema, value);
                case "patch" -> schema.set("x-kubernetes-patch-strategy", value);
                case "default", "enum", "pattern" -> schema.set(fact.getKey(), value);
                case "min" -> schema.set("minimum", value);
                case "max" -> schema.set("maximum", value);
                case "must" -> schema.put("x-lembos-must", value.asText(""));
                default -> throw new IllegalArgumentException("unknown fact " + fact.getKey() + " in " + name);
            }
        });
    }

    private static void listMap(ObjectNode schema, JsonNode keys) {
        schema.put("x-kubernetes-list-type", "map");
        var array = schema.putArray("x-kubernetes-list-map-keys");
        (keys.isArray() ? keys : List.of(keys)).forEach(array::add);
    }

    private static void merge(ObjectNode schema, JsonNode key) {
        if (!schema.has("x-kubernetes-patch-strategy")) {
            schema.put("x-kubernetes-patch-strategy", "merge");
        }
        if (key.isTextual()) {
            schema.set("x-kubernetes-patch-merge-key", key);
        }
    }
}

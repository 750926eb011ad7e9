package io.lembos.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The form of one value: a field, an element of a list, a whole object. Immutable.
 *
 * <p>A schema that refers to a definition keeps what is said at the reference (default, patch strategy, list type) and
 * takes structure from the definition, which is resolved on first use, so that recursive types are no special case and
 * unused ones cost nothing.
 */
public final class Schema {
    /** The JSON type; {@code ANY} accepts everything. */
    public enum Type {
        OBJECT,
        ARRAY,
        STRING,
        INTEGER,
        NUMBER,
        BOOLEAN,
        ANY
    }

    /** What a value means beyond its JSON type. */
    public enum Meaning {
        PLAIN,
        QUANTITY,
        INT_OR_STRING,
        TIME,
        MICRO_TIME,
        BYTES
    }

    /** How elements of a list are told apart. */
    public enum ListType {
        ATOMIC,
        SET,
        MAP
    }

    private final JsonNode node;
    private final boolean reference;
    private final String name;
    private final Function<String, Schema> definitions;
    private final Schema items;
    private final Schema additional;
    private final Set<String> required;
    private final List<String> enumValues;
    private final List<String> mapKeys;
    private final List<String> patchStrategies;
    private final Type type;
    private final Meaning meaning;
    private volatile Map<String, Schema> properties;
    private volatile Schema target;

    private Schema(JsonNode node, String name, Function<String, Schema> definitions) {
        this.node = node;
        this.reference = node.has("$ref");
        this.name = name;
        this.definitions = definitions;
        this.items = child("items");
        this.additional = child("additionalProperties");
        this.required = Set.copyOf(texts("required"));
        this.enumValues = List.copyOf(new TreeSet<>(texts("enum")));
        this.mapKeys = texts("x-kubernetes-list-map-keys");
        String strategy = node.path("x-kubernetes-patch-strategy").asText("");
        this.patchStrategies = strategy.isEmpty() ? List.of() : List.of(strategy.split(","));
        this.meaning = meaningOf(node, name);
        this.type = typeOf(node);
    }

    /** A schema that stands alone, for example that of a custom resource. */
    public static Schema of(JsonNode node) {
        return new Schema(node, "", ref -> {
            throw new IllegalArgumentException("no definitions here: " + ref);
        });
    }

    /** A schema with references to built-in definitions, for example that of a custom resource with its metadata. */
    public static Schema of(JsonNode node, SchemaCatalog catalog) {
        return new Schema(node, "", catalog::schema);
    }

    static Schema definition(String name, JsonNode node, Function<String, Schema> definitions) {
        return new Schema(node, name, definitions);
    }

    /** Name of the definition this value is of, empty for an inline one. */
    public String definition() {
        return isReference() ? target().definition() : name;
    }

    /** Last part of {@link #definition()}, for example {@code PodSpec}. */
    public String simpleName() {
        String definition = definition();
        return definition.substring(definition.lastIndexOf('.') + 1);
    }

    public Type type() {
        return isReference() ? target().type() : type;
    }

    public Meaning meaning() {
        return isReference() ? target().meaning() : meaning;
    }

    public String format() {
        return isReference() ? target().format() : node.path("format").asText("");
    }

    /** Named fields, in alphabetical order. */
    public Map<String, Schema> properties() {
        if (isReference()) {
            return target().properties();
        }
        if (properties == null) {
            properties = readProperties();
        }
        return properties;
    }

    /** The schema of a field; null where the field is unknown. */
    public Schema property(String field) {
        Schema known = properties().get(field);
        return known != null ? known : additional();
    }

    /** The schema of list elements, null where it is not a list. */
    public Schema items() {
        return isReference() ? target().items() : items;
    }

    /** The schema of a map's values, null where it is not a map. */
    public Schema additional() {
        return isReference() ? target().additional() : additional;
    }

    public Set<String> required() {
        return isReference() ? target().required() : required;
    }

    /** Sorted; empty where every value is allowed. */
    public List<String> enumValues() {
        return enumValues;
    }

    public Optional<JsonNode> defaultValue() {
        return Optional.ofNullable(node.get("default"));
    }

    public Optional<JsonNode> minimum() {
        return Optional.ofNullable(node.get("minimum"));
    }

    public Optional<JsonNode> maximum() {
        return Optional.ofNullable(node.get("maximum"));
    }

    public Optional<String> pattern() {
        return Optional.ofNullable(node.get("pattern")).map(JsonNode::asText);
    }

    /** Present where an absent or empty value is refused; the text is the detail of the message. */
    public Optional<String> mustBeSet() {
        return Optional.ofNullable(node.get("x-lembos-must")).map(JsonNode::asText);
    }

    public ListType listType() {
        return switch (node.path("x-kubernetes-list-type").asText("")) {
            case "map" -> ListType.MAP;
            case "set" -> ListType.SET;
            default -> ListType.ATOMIC;
        };
    }

    public List<String> mapKeys() {
        return mapKeys;
    }

    /** Whether a map or struct is owned and replaced as a whole. */
    public boolean isAtomicMap() {
        String own = node.path("x-kubernetes-map-type").asText("");
        return own.isEmpty() && isReference() ? target().isAtomicMap() : own.equals("atomic");
    }

    /** Strategies of a strategic merge patch: {@code merge}, {@code replace}, {@code retainKeys}. */
    public List<String> patchStrategies() {
        return patchStrategies;
    }

    /** Which field identifies an element in a strategic merge patch; empty for none. */
    public String mergeKey() {
        return node.path("x-kubernetes-patch-merge-key").asText("");
    }

    /** For a value that may be of several types: what it is if it is an object, or a list of objects. */
    public Optional<Schema> union() {
        if (isReference()) {
            return target().union();
        }
        return Optional.ofNullable(node.get("x-lembos-union")).map(name -> definitions.apply(name.asText()));
    }

    /** Whether fields that the schema does not name are kept. */
    public boolean preservesUnknown() {
        if (isReference()) {
            return target().preservesUnknown();
        }
        boolean free = properties().isEmpty() && additional == null && type == Type.OBJECT;
        return node.path("x-kubernetes-preserve-unknown-fields").asBoolean(false) || free || type == Type.ANY;
    }

    private boolean isReference() {
        return reference;
    }

    private Schema target() {
        if (target == null) {
            target = definitions.apply(node.get("$ref").asText());
        }
        return target;
    }

    private Map<String, Schema> readProperties() {
        Map<String, Schema> read = new LinkedHashMap<>();
        node.path("properties")
                .properties()
                .forEach(p -> read.put(p.getKey(), new Schema(p.getValue(), "", definitions)));
        return read;
    }

    private Schema child(String key) {
        JsonNode child = node.get(key);
        return child == null || !child.isObject() ? null : new Schema(child, "", definitions);
    }

    private List<String> texts(String key) {
        List<String> result = new ArrayList<>();
        node.path(key).forEach(n -> result.add(n.asText()));
        return List.copyOf(result);
    }

    private static Type typeOf(JsonNode node) {
        if (node.path("x-kubernetes-int-or-string").asBoolean(false)) {
            return Type.ANY;
        }
        String type = node.path("type").asText("");
        return type.isEmpty() ? Type.ANY : Type.valueOf(type.toUpperCase(java.util.Locale.ROOT));
    }

    private static Meaning meaningOf(JsonNode node, String name) {
        if (name.endsWith(".resource.Quantity")) {
            return Meaning.QUANTITY;
        }
        String format = node.path("format").asText("");
        if (format.equals("int-or-string")
                || node.path("x-kubernetes-int-or-string").asBoolean(false)) {
            return Meaning.INT_OR_STRING;
        }
        return switch (format) {
            case "date-time" -> node.path("x-lembos-micro").asBoolean(false) ? Meaning.MICRO_TIME : Meaning.TIME;
            case "byte" -> Meaning.BYTES;
            default -> Meaning.PLAIN;
        };
    }
}

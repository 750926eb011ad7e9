package io.lembos.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One node of a structural schema, or of the value validations below it (allOf and the like, which have no structure of
 * their own). Immutable; read whole from {@code openAPIV3Schema}.
 *
 * <p>Lenient: a schema that {@code SchemaDefinitionRules} would refuse is read as far as it makes sense, because one that
 * was stored by somebody else must not stop the server.
 */
public final class Structural {
    /** How elements of a list are told apart. */
    public enum ListType {
        ATOMIC,
        SET,
        MAP
    }

    /** A rule of {@code x-kubernetes-validations}. */
    public record Rule(
            String rule,
            String message,
            String messageExpression,
            String reason,
            String fieldPath,
            boolean optionalOldSelf) {}

    private final JsonNode node;
    private final Map<String, Structural> properties;
    private final Structural items;
    private final Structural additional;
    private final List<String> required;
    private final List<String> mapKeys;
    private final List<Structural> allOf;
    private final List<Structural> anyOf;
    private final List<Structural> oneOf;
    private final Structural not;
    private final List<Rule> rules;
    private final Pattern pattern;
    private final String type;
    private final String format;
    private final boolean preservesUnknown;
    private final boolean embedded;
    private final boolean intOrString;
    private final boolean nullable;

    private Structural(JsonNode node) {
        this.node = node;
        Map<String, Structural> fields = new LinkedHashMap<>();
        node.path("properties").properties().forEach(p -> fields.put(p.getKey(), new Structural(p.getValue())));
        this.properties = Collections.unmodifiableMap(fields);
        this.items = child("items");
        this.additional = child("additionalProperties");
        this.required = texts("required");
        this.mapKeys = texts("x-kubernetes-list-map-keys");
        this.allOf = children("allOf");
        this.anyOf = children("anyOf");
        this.oneOf = children("oneOf");
        this.not = child("not");
        this.rules = readRules();
        this.pattern = compiled(node.path("pattern").asText(""));
        this.type = node.path("type").asText("");
        this.format = Formats.isSupported(node.path("format").asText(""))
                ? node.path("format").asText()
                : "";
        this.preservesUnknown =
                node.path("x-kubernetes-preserve-unknown-fields").asBoolean(false);
        this.embedded = node.path("x-kubernetes-embedded-resource").asBoolean(false);
        this.intOrString = node.path("x-kubernetes-int-or-string").asBoolean(false);
        this.nullable = node.path("nullable").asBoolean(false);
    }

    /** Reads a schema; anything that is not an object stands for a schema that says nothing. */
    public static Structural of(JsonNode node) {
        return new Structural(node);
    }

    public JsonNode node() {
        return node;
    }

    /** {@code object}, {@code string}, …; empty where any type will do. */
    public String type() {
        return type;
    }

    /** A format that is checked; empty for none and for those that nobody knows. */
    public String format() {
        return format;
    }

    public Map<String, Structural> properties() {
        return properties;
    }

    /** Schema of the elements, null for none. */
    public Structural items() {
        return items;
    }

    /** Schema of a map's values, null for none. */
    public Structural additional() {
        return additional;
    }

    /** Whether {@code additionalProperties} is there at all. */
    public boolean hasAdditional() {
        return node.has("additionalProperties");
    }

    /** Whether fields that are not named are forbidden, as {@code additionalProperties: false} says. */
    public boolean forbidsAdditional() {
        return hasAdditional()
                && additional == null
                && !node.get("additionalProperties").asBoolean(false);
    }

    /** The schema of a field, null where there is none. */
    public Structural property(String name) {
        Structural known = properties.get(name);
        return known != null ? known : additional;
    }

    public List<String> required() {
        return required;
    }

    public List<String> mapKeys() {
        return mapKeys;
    }

    public List<Structural> allOf() {
        return allOf;
    }

    public List<Structural> anyOf() {
        return anyOf;
    }

    public List<Structural> oneOf() {
        return oneOf;
    }

    /** What a value must not be like, null for nothing. */
    public Structural not() {
        return not;
    }

    public List<Rule> rules() {
        return rules;
    }

    public Optional<Pattern> pattern() {
        return Optional.ofNullable(pattern);
    }

    public boolean preservesUnknown() {
        return preservesUnknown;
    }

    public boolean isEmbeddedResource() {
        return embedded;
    }

    public boolean isIntOrString() {
        return intOrString;
    }

    public boolean isNullable() {
        return nullable;
    }

    public Optional<JsonNode> defaultValue() {
        return Optional.ofNullable(node.get("default"));
    }

    /** Empty where every value is allowed. */
    public List<JsonNode> enumValues() {
        return node.path("enum").valueStream().toList();
    }

    public Optional<BigDecimal> number(String keyword) {
        return Optional.ofNullable(node.get(keyword)).filter(JsonNode::isNumber).map(JsonNode::decimalValue);
    }

    public OptionalLong count(String keyword) {
        JsonNode value = node.get(keyword);
        return value != null && value.isIntegralNumber() ? OptionalLong.of(value.asLong()) : OptionalLong.empty();
    }

    public boolean flag(String keyword) {
        return node.path(keyword).asBoolean(false);
    }

    public ListType listType() {
        return switch (node.path("x-kubernetes-list-type").asText("")) {
            case "map" -> ListType.MAP;
            case "set" -> ListType.SET;
            default -> ListType.ATOMIC;
        };
    }

    public boolean isAtomicMap() {
        return node.path("x-kubernetes-map-type").asText("").equals("atomic");
    }

    private Structural child(String key) {
        JsonNode child = node.get(key);
        return child != null && child.isObject() ? new Structural(child) : null;
    }

    private List<Structural> children(String key) {
        List<Structural> list = new ArrayList<>();
        node.path(key).forEach(n -> list.add(new Structural(n)));
        return List.copyOf(list);
    }

    private List<String> texts(String key) {
        return node.path(key).valueStream().map(JsonNode::asText).toList();
    }

    private List<Rule> readRules() {
        return node.path("x-kubernetes-validations")
                .valueStream()
                .map(r -> new Rule(
                        r.path("rule").asText(""),
                        r.path("message").asText(""),
                        r.path("messageExpression").asText(""),
                        r.path("reason").asText("FieldValueInvalid"),
                        r.path("fieldPath").asText(""),
                        r.path("optionalOldSelf").asBoolean(false)))
                .toList();
    }

    private static Pattern compiled(String text) {
        try {
            return text.isEmpty() ? null : Pattern.compile(text);
        } catch (com.google.re2j.PatternSyntaxException e) {
            return null;
        }
    }
}

package io.lembos.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;

/** JSON by chance: objects near to what a definition wants, and schemas near to what is one. */
final class RandomJson {
    private static final List<String> FIELDS = List.of(
            "image",
            "replicas",
            "color",
            "tags",
            "mounts",
            "labels",
            "free",
            "template",
            "note",
            "either",
            "metadata",
            "apiVersion",
            "kind",
            "conditions",
            "port",
            "address",
            "",
            "ä",
            "a.b");
    private static final List<String> KEYWORDS = List.of(
            "type",
            "properties",
            "items",
            "additionalProperties",
            "default",
            "enum",
            "required",
            "pattern",
            "minimum",
            "maximum",
            "maxLength",
            "format",
            "nullable",
            "anyOf",
            "oneOf",
            "allOf",
            "not",
            "x-kubernetes-list-type",
            "x-kubernetes-list-map-keys",
            "x-kubernetes-int-or-string",
            "x-kubernetes-embedded-resource",
            "x-kubernetes-preserve-unknown-fields",
            "x-kubernetes-validations",
            "description");
    private static final List<String> TYPES = List.of("object", "array", "string", "integer", "number", "boolean", "x");
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private RandomJson() {}

    static JsonNode near(Random random, int depth) {
        int kind = random.nextInt(depth > 0 ? 10 : 5);
        return switch (kind) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.booleanNode(random.nextBoolean());
            case 2 -> NODES.numberNode(random.nextInt(20) - 5);
            case 3 -> NODES.numberNode(random.nextDouble() * 1e12);
            case 4 -> NODES.textNode(random.nextBoolean() ? "busybox" : "\u0000{");
            case 5, 6 -> {
                ArrayNode list = NODES.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(near(random, depth - 1));
                }
                yield list;
            }
            default -> {
                ObjectNode object = NODES.objectNode();
                for (int i = random.nextInt(6); i > 0; i--) {
                    object.set(FIELDS.get(random.nextInt(FIELDS.size())), near(random, depth - 1));
                }
                yield object;
            }
        };
    }

    static JsonNode schema(Random random, int depth) {
        ObjectNode schema = NODES.objectNode().put("type", TYPES.get(random.nextInt(TYPES.size())));
        for (int i = random.nextInt(5); i > 0; i--) {
            String keyword = KEYWORDS.get(random.nextInt(KEYWORDS.size()));
            schema.set(keyword, value(keyword, random, depth));
        }
        return schema;
    }

    private static JsonNode value(String keyword, Random random, int depth) {
        boolean deep = depth > 0 && random.nextInt(8) != 0;
        return switch (keyword) {
            case "properties" -> {
                ObjectNode properties = NODES.objectNode();
                for (int i = deep ? random.nextInt(4) : 0; i > 0; i--) {
                    properties.set(FIELDS.get(random.nextInt(FIELDS.size())), schema(random, depth - 1));
                }
                yield properties;
            }
            case "items", "additionalProperties", "not" -> deep ? schema(random, depth - 1) : near(random, 1);
            case "anyOf", "oneOf", "allOf" -> NODES.arrayNode().add(deep ? schema(random, depth - 1) : near(random, 1));
            case "type" -> NODES.textNode(TYPES.get(random.nextInt(TYPES.size())));
            case "required", "x-kubernetes-list-map-keys" -> NODES.arrayNode().add("image");
            case "pattern" -> NODES.textNode(random.nextBoolean() ? "^a(b|c)*$" : "(");
            case "x-kubernetes-list-type" -> NODES.textNode(random.nextBoolean() ? "map" : "set");
            case "x-kubernetes-validations" ->
                NODES.arrayNode()
                        .add(NODES.objectNode()
                                .put(
                                        "rule",
                                        random.nextBoolean()
                                                ? "self == self"
                                                : "has(self.image) && self.all(x, x == 1)"));
            case "default", "enum", "minimum", "maximum", "maxLength" -> near(random, 2);
            default -> random.nextInt(3) == 0 ? near(random, 1) : NODES.booleanNode(true);
        };
    }
}

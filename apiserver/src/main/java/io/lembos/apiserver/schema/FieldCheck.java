package io.lembos.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.quantity.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes an object fit its schema: unknown fields go (and are named), nulls go, a value of the wrong type is refused in
 * the words of Go's decoder. After it, every walk may rely on the types of the schema.
 *
 * <p>Changes the object in place. Does not judge values; {@code validation} does.
 */
public final class FieldCheck {
    private final String subject;
    private final List<String> unknown = new ArrayList<>();

    private FieldCheck(String kind, String version) {
        this.subject = kind + " in version \"" + version + "\" cannot be handled as a " + kind + ": ";
    }

    /**
     * Prunes and checks an object.
     *
     * @return the unknown fields as {@code unknown field "spec.foo"}, in order
     * @throws ApiError BadRequest when a value is of the wrong type
     */
    public static List<String> prune(ObjectNode object, Schema schema, String kind, String version) {
        FieldCheck check = new FieldCheck(kind, version);
        check.object(object, schema, new Place(schema.simpleName(), FieldPath.TOP, FieldPath.TOP));
        return check.unknown;
    }

    /** Refuses (strict), returns warnings (warn) or says nothing (ignore) about the problems that were found. */
    public static List<String> judge(List<String> problems, Strictness strictness) {
        if (strictness == Strictness.STRICT && !problems.isEmpty()) {
            throw ApiError.badRequest("strict decoding error: " + String.join(", ", problems));
        }
        return strictness == Strictness.WARN ? problems : List.of();
    }

    /** Where in the object: the enclosing Go struct, the path of field names, and the path with indexes. */
    private record Place(String struct, FieldPath fields, FieldPath path) {
        Place field(String name) {
            return new Place(struct, fields.field(name), path.field(name));
        }

        Place key(String key) {
            return new Place(struct, fields, path.field(key));
        }

        Place index(int i) {
            return new Place(struct, fields, path.index(i));
        }

        Place in(Schema schema) {
            return schema.definition().isEmpty() ? this : new Place(schema.simpleName(), fields, path);
        }
    }

    private void object(ObjectNode object, Schema schema, Place outer) {
        if (schema.preservesUnknown() && schema.properties().isEmpty()) {
            return;
        }
        Place place = outer.in(schema);
        for (Map.Entry<String, JsonNode> entry : List.copyOf(object.properties())) {
            String name = entry.getKey();
            Schema known = schema.properties().get(name);
            if (known != null) {
                member(object, name, known, place.field(name));
            } else if (schema.additional() != null) {
                mapValue(object, name, schema.additional(), place.key(name));
            } else if (!schema.preservesUnknown()) {
                unknown.add("unknown field \"" + place.field(name).path() + "\"");
                object.remove(name);
            }
        }
    }

    private void member(ObjectNode object, String name, Schema schema, Place place) {
        if (object.get(name).isNull()) {
            object.remove(name);
        } else {
            object.set(name, value(object.get(name), schema, place));
        }
    }

    /** A null in a map is the zero value of its type, as in Go. */
    private void mapValue(ObjectNode map, String key, Schema schema, Place place) {
        if (!map.get(key).isNull()) {
            map.set(key, value(map.get(key), schema, place));
        } else if (schema.type() == Schema.Type.STRING && schema.meaning() == Schema.Meaning.PLAIN) {
            map.put(key, "");
        } else {
            map.remove(key);
        }
    }

    private JsonNode value(JsonNode value, Schema schema, Place place) {
        return switch (schema.type()) {
            case OBJECT -> {
                require(value.isObject(), value, schema, place);
                object((ObjectNode) value, schema, place);
                yield value;
            }
            case ARRAY -> {
                require(value.isArray(), value, schema, place);
                elements((ArrayNode) value, schema.items(), place);
                yield value;
            }
            case STRING -> text(value, schema, place);
            case INTEGER -> integer(value, schema, place);
            case NUMBER -> {
                require(value.isNumber(), value, schema, place);
                yield value;
            }
            case BOOLEAN -> {
                require(value.isBoolean(), value, schema, place);
                yield value;
            }
            case ANY -> {
                schema.union().ifPresent(part -> parts(value, part, place));
                yield value;
            }
        };
    }

    /** Objects inside a value that may be of several types. */
    private void parts(JsonNode value, Schema part, Place place) {
        if (value instanceof ObjectNode object) {
            object(object, part, place);
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                parts(value.get(i), part, place.index(i));
            }
        }
    }

    private void elements(ArrayNode list, Schema items, Place place) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).isNull() && items.type() != Schema.Type.ANY) {
                list.set(i, zero(items));
            }
            list.set(i, value(list.get(i), items, place.index(i)));
        }
    }

    private static JsonNode zero(Schema schema) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (schema.type()) {
            case OBJECT -> nodes.objectNode();
            case ARRAY -> nodes.arrayNode();
            case INTEGER, NUMBER -> nodes.numberNode(0);
            case BOOLEAN -> nodes.booleanNode(false);
            default -> nodes.textNode("");
        };
    }

    private JsonNode text(JsonNode value, Schema schema, Place place) {
        switch (schema.meaning()) {
            case QUANTITY -> {
                require(value.isTextual() || value.isNumber(), value, schema, place);
                try {
                    Quantity.canonical(value.asText());
                } catch (IllegalArgumentException e) {
                    throw ApiError.badRequest(subject + e.getMessage());
                }
            }
            case INT_OR_STRING -> require(value.isTextual() || value.isInt(), value, schema, place);
            case TIME, MICRO_TIME -> {
                require(value.isTextual(), value, schema, place);
                requireTime(value.asText());
            }
            case BYTES -> {
                require(value.isTextual(), value, schema, place);
                requireBase64(value.asText());
            }
            case PLAIN -> require(value.isTextual(), value, schema, place);
        }
        return value;
    }

    private void requireTime(String text) {
        if (!text.isEmpty()
                && !Times.isPlainlySeconds(text)
                && Times.parse(text).isEmpty()) {
            throw ApiError.badRequest(subject + "parsing time \"" + text
                    + "\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"" + text + "\"");
        }
    }

    private void requireBase64(String text) {
        try {
            java.util.Base64.getMimeDecoder().decode(text);
            if (!text.matches("[A-Za-z0-9+/=\\r\\n]*")) {
                throw new IllegalArgumentException();
            }
        } catch (IllegalArgumentException e) {
            int bad = 0;
            while (bad < text.length() && ("" + text.charAt(bad)).matches("[A-Za-z0-9+/\\r\\n]")) {
                bad++;
            }
            throw ApiError.badRequest(subject + "illegal base64 data at input byte " + bad);
        }
    }

    private JsonNode integer(JsonNode value, Schema schema, Place place) {
        if (value.isNumber() && !(schema.format().equals("int32") ? fits(value, 32) : fits(value, 64))) {
            throw wrongType("number " + value.asText(), schema, place);
        }
        require(value.isNumber(), value, schema, place);
        return value;
    }

    private static boolean fits(JsonNode value, int bits) {
        return value.isIntegralNumber() && (bits == 32 ? value.canConvertToInt() : value.canConvertToLong());
    }

    private void require(boolean right, JsonNode value, Schema schema, Place place) {
        if (!right) {
            String word =
                    value.isBoolean() ? "bool" : value.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
            throw wrongType(word, schema, place);
        }
    }

    private ApiError wrongType(String word, Schema schema, Place place) {
        return ApiError.badRequest(subject + "json: cannot unmarshal " + word + " into Go struct field "
                + place.struct() + "." + place.fields() + " of type " + goType(schema));
    }

    static String goType(Schema schema) {
        return switch (schema.type()) {
            case OBJECT -> schema.additional() != null ? "map[string]" + goType(schema.additional()) : struct(schema);
            case ARRAY -> "[]" + goType(schema.items());
            case STRING -> schema.definition().isEmpty() ? "string" : struct(schema);
            case INTEGER -> schema.format().isEmpty() ? "int64" : schema.format();
            case NUMBER -> "float64";
            case BOOLEAN -> "bool";
            case ANY -> "interface {}";
        };
    }

    private static String struct(Schema schema) {
        String definition = schema.definition();
        if (definition.isEmpty()) {
            return "map[string]interface {}";
        }
        String[] parts = definition.split("\\.");
        return parts[parts.length - 2] + "." + parts[parts.length - 1];
    }
}

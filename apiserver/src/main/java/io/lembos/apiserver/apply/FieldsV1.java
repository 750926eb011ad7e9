package io.lembos.apiserver.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.json.PooledJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The written form of a {@link FieldSet}: nested objects whose keys are path elements ({@code f:name}, {@code k:{"name":
 * "a"}}, {@code v:"x"}, {@code i:0}); an empty object is a member, and so is what holds {@code "."}. Pure.
 */
public final class FieldsV1 {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper JSON = new ObjectMapper(PooledJson.factory())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String SELF = ".";
    /** What nearly every key fits into. */
    private static final int KEY_LENGTH = 96;

    private FieldsV1() {}

    /** Somebody wrote what cannot be read; the message says why. */
    public static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message, null, false, false);
        }
    }

    /** The nodes of leaves are one shared empty object: the result is for writing, not for changing. */
    public static ObjectNode write(FieldSet set) {
        return write(set, NODES.objectNode());
    }

    private static ObjectNode write(FieldSet set, ObjectNode empty) {
        ObjectNode object = NODES.objectNode();
        for (FieldSet.Node node : set.nodes()) {
            ObjectNode value = empty;
            if (!node.children().isEmpty()) {
                value = write(node.children(), empty);
                if (node.member()) {
                    value = withSelf(value, empty);
                }
            }
            object.set(write(node.element()), value);
        }
        return object;
    }

    private static ObjectNode withSelf(ObjectNode children, ObjectNode empty) {
        ObjectNode object = NODES.objectNode();
        object.set(SELF, empty);
        object.setAll(children);
        return object;
    }

    static String write(PathElement element) {
        return switch (element) {
            case PathElement.Field field -> "f:".concat(field.name());
            case PathElement.Key key -> {
                StringBuilder text = new StringBuilder(KEY_LENGTH).append("k:");
                String before = "{";
                for (PathElement.Part part : key.parts()) {
                    text.append(before);
                    Values.quote(part.name(), false, text);
                    text.append(':');
                    Values.write(part.value(), text);
                    before = ",";
                }
                yield text.append('}').toString();
            }
            case PathElement.Value value -> "v:" + Values.json(value.value());
            case PathElement.Index index -> "i:" + index.position();
        };
    }

    /** Elements of kinds that this version does not know are passed over. */
    public static FieldSet read(JsonNode fields) throws MalformedException {
        if (!fields.isObject() && !fields.isNull()) {
            throw new MalformedException("expect { or n, but found " + fields);
        }
        List<FieldSet.Node> nodes = new ArrayList<>(fields.size());
        for (Map.Entry<String, JsonNode> entry : fields.properties()) {
            if (!entry.getKey().equals(SELF)) {
                PathElement element = element(entry.getKey());
                if (element != null) {
                    FieldSet children = read(entry.getValue());
                    boolean member = children.isEmpty() || entry.getValue().has(SELF);
                    nodes.add(new FieldSet.Node(element, member, children));
                }
            }
        }
        return FieldSet.of(nodes);
    }

    /** Null for an element of an unknown kind. */
    private static PathElement element(String text) throws MalformedException {
        if (text.length() < 2) {
            throw new MalformedException("parsing key as path element: key must be 2 characters long:");
        }
        if (text.charAt(1) != ':') {
            throw new MalformedException("parsing key as path element: missing colon: " + text);
        }
        String content = text.substring(2);
        return switch (text.charAt(0)) {
            case 'f' -> new PathElement.Field(content);
            case 'v' -> new PathElement.Value(json(content));
            case 'k' -> key(json(content));
            case 'i' -> new PathElement.Index(index(content));
            default -> null;
        };
    }

    private static PathElement key(JsonNode object) throws MalformedException {
        if (!object.isObject()) {
            throw new MalformedException("parsing key as path element: expect { or n, but found " + object);
        }
        return new PathElement.Key(object.properties().stream()
                .map(e -> new PathElement.Part(e.getKey(), e.getValue()))
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .toList());
    }

    private static JsonNode json(String text) throws MalformedException {
        try {
            JsonNode node = JSON.readTree(text);
            if (node == null || node.isMissingNode()) {
                throw new MalformedException("parsing key as path element: EOF");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new MalformedException("parsing key as path element: " + e.getOriginalMessage());
        }
    }

    private static int index(String text) throws MalformedException {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new MalformedException(
                    "parsing key as path element: strconv.Atoi: parsing \"" + text + "\": invalid syntax");
        }
    }
}

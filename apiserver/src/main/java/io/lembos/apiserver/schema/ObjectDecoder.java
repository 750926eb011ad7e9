package io.lembos.apiserver.schema;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.lembos.api.error.ApiError;
import io.lembos.api.json.PooledJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes to an object, noticing fields that stand twice (the last one wins, as in Kubernetes). Whatever cannot be read is
 * a {@code BadRequest} with a clear word; nothing else is judged here.
 */
public final class ObjectDecoder {
    /** How the bytes are written. */
    public enum Format {
        JSON,
        YAML
    }

    /**
     * What was read.
     *
     * @param node the value, with its nulls
     * @param duplicates paths of fields that stood twice, in order
     */
    public record Decoded(JsonNode node, List<String> duplicates) {}

    // Loaded only when somebody sends YAML: its parser costs start-up time.
    private static final class Yaml {
        static final JsonFactory FACTORY = new YAMLFactory();
    }

    private static final JsonFactory JSON = PooledJson.factory();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final List<String> duplicates = new ArrayList<>();

    private ObjectDecoder() {}

    /** Reads any one value. */
    public static Decoded decode(byte[] bytes, Format format) {
        JsonFactory factory = format == Format.JSON ? JSON : Yaml.FACTORY;
        try (JsonParser parser = factory.createParser(bytes)) {
            ObjectDecoder decoder = new ObjectDecoder();
            if (parser.nextToken() == null) {
                throw ApiError.badRequest("unexpected end of JSON input");
            }
            JsonNode node = decoder.value(parser, "");
            if (parser.nextToken() != null) {
                throw ApiError.badRequest("invalid character after top-level value");
            }
            return new Decoded(node, List.copyOf(decoder.duplicates));
        } catch (JsonProcessingException e) {
            throw ApiError.badRequest(e.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (IOException e) {
            throw ApiError.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private JsonNode value(JsonParser parser, String path) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, path);
            case START_ARRAY -> array(parser, path);
            case VALUE_STRING -> NODES.textNode(parser.getText());
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            default -> NODES.nullNode();
        };
    }

    private static JsonNode integer(JsonParser parser) throws IOException {
        return switch (parser.getNumberType()) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            default -> NODES.numberNode(parser.getBigIntegerValue());
        };
    }

    private ObjectNode object(JsonParser parser, String path) throws IOException {
        ObjectNode node = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            String at = path.isEmpty() ? field : path + "." + field;
            parser.nextToken();
            if (node.has(field)) {
                duplicates.add(at);
            }
            node.set(field, value(parser, at));
        }
        return node;
    }

    private ArrayNode array(JsonParser parser, String path) throws IOException {
        ArrayNode node = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            node.add(value(parser, path + "[" + node.size() + "]"));
        }
        return node;
    }
}

package io.lembos.apiserver.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.apiserver.schema.ObjectDecoder;
import io.lembos.apiserver.schema.Schema;
import java.util.Optional;

/**
 * A patch as it came with a request. Applying it is pure and can be repeated on a newer object after a conflict.
 *
 * @param type form of the patch
 * @param body its content
 */
public record Patch(Type type, JsonNode body) {
    /** Forms of a patch, each with its content type. */
    public enum Type {
        JSON("application/json-patch+json"),
        MERGE("application/merge-patch+json"),
        STRATEGIC_MERGE("application/strategic-merge-patch+json");

        private final String contentType;

        Type(String contentType) {
            this.contentType = contentType;
        }

        public String contentType() {
            return contentType;
        }

        /** Finds the form by a Content-Type header; parameters are ignored. */
        public static Optional<Type> of(String header) {
            String plain = header == null ? "" : header.split(";")[0].strip();
            for (Type type : values()) {
                if (type.contentType.equalsIgnoreCase(plain)) {
                    return Optional.of(type);
                }
            }
            return Optional.empty();
        }
    }

    /**
     * Reads the body of a request.
     *
     * @throws ApiError UnsupportedMediaType for another content type, BadRequest for a malformed patch
     */
    public static Patch read(String contentType, byte[] body) {
        Type type = Type.of(contentType)
                .orElseThrow(() -> ApiError.of(
                        Reason.UnsupportedMediaType,
                        "the body of the request was in an unknown format - accepted media types include:"
                                + " application/json-patch+json, application/merge-patch+json,"
                                + " application/strategic-merge-patch+json, application/apply-patch+yaml"));
        JsonNode node = ObjectDecoder.decode(body, ObjectDecoder.Format.JSON).node();
        if (type == Type.JSON ? !node.isArray() : !node.isObject()) {
            throw ApiError.badRequest("error decoding patch: json: cannot unmarshal "
                    + node.getNodeType().name().toLowerCase(java.util.Locale.ROOT) + " into Go value of type "
                    + (type == Type.JSON ? "jsonpatch.Patch" : "map[string]interface {}"));
        }
        return new Patch(type, node);
    }

    /**
     * What the object becomes.
     *
     * @param schema of the object; only a strategic merge patch looks at it
     */
    public ObjectNode apply(ObjectNode object, Schema schema) {
        JsonNode result = switch (type) {
            case JSON -> JsonPatch.apply(object, body);
            case MERGE -> MergePatch.apply(object, body);
            case STRATEGIC_MERGE -> StrategicMergePatch.apply(object, (ObjectNode) body, schema);
        };
        if (result instanceof ObjectNode changed) {
            return changed;
        }
        throw ApiError.badRequest("a patch cannot replace the object by something that is not an object");
    }
}

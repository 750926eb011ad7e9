package io.lembos.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.protobuf.WireWriter;
import java.util.List;

/**
 * The definitions of an OpenAPI v2 document as the protobuf message {@code openapi.v2.Document} (gnostic), the only form
 * in which kubectl up to 1.28 takes them. Paths are left out: kubectl reads them from version 3. Pure.
 */
final class OpenApiProtobuf {
    static final String CONTENT_TYPE = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
    /** What clients ask for; an answer must not bear it, because {@code @} is not allowed in a media type. */
    static final String OLD_CONTENT_TYPE = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    private static final List<String> EXTENSIONS = List.of(
            "x-kubernetes-group-version-kind",
            "x-kubernetes-patch-strategy",
            "x-kubernetes-patch-merge-key",
            "x-kubernetes-list-type",
            "x-kubernetes-list-map-keys",
            "x-kubernetes-map-type",
            "x-kubernetes-preserve-unknown-fields",
            "x-kubernetes-int-or-string");

    private OpenApiProtobuf() {}

    static byte[] write(ObjectNode document) {
        WireWriter info = new WireWriter()
                .string(1, document.at("/info/title").asText())
                .string(2, document.at("/info/version").asText());
        return new WireWriter()
                .string(1, document.path("swagger").asText())
                .message(2, info)
                .message(8, new WireWriter())
                .message(9, named(document.path("definitions")))
                .toByteArray();
    }

    /** A list of pairs of a name and a schema. */
    private static WireWriter named(JsonNode schemas) {
        WireWriter list = new WireWriter();
        schemas.properties()
                .forEach(s ->
                        list.message(1, new WireWriter().string(1, s.getKey()).message(2, schema(s.getValue()))));
        return list;
    }

    private static WireWriter schema(JsonNode schema) {
        WireWriter out = new WireWriter();
        text(schema, "$ref", 1, out);
        text(schema, "format", 2, out);
        text(schema, "description", 4, out);
        if (schema.has("default")) {
            out.message(5, any(schema.path("default")));
        }
        schema.path("required").forEach(name -> out.string(19, name.asText()));
        schema.path("enum").forEach(value -> out.message(20, any(value)));
        if (schema.path("additionalProperties").isObject()) {
            out.message(21, new WireWriter().message(1, schema(schema.path("additionalProperties"))));
        }
        if (schema.has("type")) {
            out.message(22, new WireWriter().string(1, schema.path("type").asText()));
        }
        if (schema.has("items")) {
            out.message(23, new WireWriter().message(1, schema(schema.path("items"))));
        }
        if (schema.has("properties")) {
            out.message(25, named(schema.path("properties")));
        }
        for (String extension : EXTENSIONS) {
            if (schema.has(extension)) {
                out.message(31, new WireWriter().string(1, extension).message(2, any(schema.path(extension))));
            }
        }
        return out;
    }

    private static void text(JsonNode schema, String name, int field, WireWriter out) {
        if (schema.has(name)) {
            out.string(field, schema.path(name).asText());
        }
    }

    /** A value as YAML text, of which JSON is a part. */
    private static WireWriter any(JsonNode value) {
        return new WireWriter().string(2, value.toString());
    }
}

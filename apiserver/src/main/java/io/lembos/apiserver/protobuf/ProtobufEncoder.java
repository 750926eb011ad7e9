package io.lembos.apiserver.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.apiserver.schema.SchemaCatalog;
import io.lembos.apiserver.schema.Times;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/**
 * Writes the JSON of an object as the protobuf message that the same object has; the inverse of {@link ProtobufDecoder}.
 * What the message has no field for is left out, as Go clients would leave it out of JSON. Stateless but for what has been
 * read of the messages; safe for many threads.
 */
public final class ProtobufEncoder {
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final String SCHEMA = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON";
    private static final int STRING_FORM = 1;

    private final Layouts layouts;

    public ProtobufEncoder(SchemaCatalog catalog) {
        layouts = new Layouts(new Messages(), catalog);
    }

    /** Whether objects of this definition have a protobuf form. */
    public boolean knows(String definition) {
        return layouts.of(definition).isPresent();
    }

    /**
     * The bare message, without {@link Envelope}.
     *
     * @throws IllegalArgumentException when the definition has no protobuf form
     */
    public byte[] encode(JsonNode object, String definition) {
        ReverseWriter out = new ReverseWriter();
        message(object, definition, out);
        return out.toByteArray();
    }

    private void message(JsonNode node, String definition, ReverseWriter out) {
        Layout layout = layouts.of(definition)
                .orElseThrow(() -> new IllegalArgumentException(definition + " has no protobuf form"));
        if (node.isArray()) {
            // A named list (authorization's ExtraValue) is a message here and a bare list in JSON.
            write(layout.slots().get("items"), node, out);
        } else {
            fields(node, layout, out);
        }
    }

    private void fields(JsonNode node, Layout layout, ReverseWriter out) {
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            Layout.Slot slot = layout.slots().get(property.getKey());
            if (slot != null && !property.getValue().isNull()) {
                write(slot, property.getValue(), out);
            }
        }
        layout.embedded().forEach((number, inner) -> {
            int before = out.size();
            fields(node, inner, out);
            if (out.size() > before) {
                out.message(number, before);
            }
        });
    }

    private void write(Layout.Slot slot, JsonNode value, ReverseWriter out) {
        String type = slot.field().type();
        switch (slot.field().form()) {
            case SINGLE -> value(slot.number(), type, value, out);
            case REPEATED -> {
                for (int i = value.size() - 1; i >= 0; i--) {
                    value(slot.number(), type, value.get(i), out);
                }
            }
            case MAP -> {
                for (Map.Entry<String, JsonNode> entry : value.properties()) {
                    int before = out.size();
                    value(2, type, entry.getValue(), out);
                    out.string(1, entry.getKey());
                    out.message(slot.number(), before);
                }
            }
        }
    }

    private void value(int number, String type, JsonNode value, ReverseWriter out) {
        switch (type) {
            case "int" -> out.number(number, value.asLong());
            case "bool" -> out.bool(number, value.asBoolean());
            case "double" -> out.fixedDouble(number, value.asDouble());
            case "string" -> out.string(number, value.asText());
            case "bytes" -> out.bytes(number, base64(value));
            default -> {
                int before = out.size();
                content(type, value, out);
                out.message(number, before);
            }
        }
    }

    private void content(String type, JsonNode value, ReverseWriter out) {
        switch (type) {
            case META + "Time", META + "MicroTime" ->
                Times.parse(value.asText()).ifPresent(moment -> moment(moment, out));
            case "io.k8s.apimachinery.pkg.api.resource.Quantity" -> out.string(1, value.asText());
            case "io.k8s.apimachinery.pkg.util.intstr.IntOrString" -> intOrString(value, out);
            case "io.k8s.apimachinery.pkg.runtime.RawExtension", META + "FieldsV1", SCHEMA ->
                out.bytes(1, value.toString().getBytes(StandardCharsets.UTF_8));
            case SCHEMA + "SchemaPropsOrBool" -> {
                schemaUnless(value.isBoolean(), value, out);
                out.bool(1, value.asBoolean(true));
            }
            case SCHEMA + "SchemaPropsOrArray" -> {
                for (int i = value.isArray() ? value.size() - 1 : -1; i >= 0; i--) {
                    value(2, SCHEMA + "SchemaProps", value.get(i), out);
                }
                if (!value.isArray()) {
                    value(1, SCHEMA + "SchemaProps", value, out);
                }
            }
            case SCHEMA + "SchemaPropsOrStringArray" -> {
                for (int i = value.isArray() ? value.size() - 1 : -1; i >= 0; i--) {
                    out.string(2, value.get(i).asText());
                }
                if (!value.isArray()) {
                    value(1, SCHEMA + "SchemaProps", value, out);
                }
            }
            default -> message(value, type, out);
        }
    }

    private void schemaUnless(boolean absent, JsonNode value, ReverseWriter out) {
        if (!absent) {
            value(2, SCHEMA + "SchemaProps", value, out);
        }
    }

    private static void moment(Instant moment, ReverseWriter out) {
        if (moment.getNano() != 0) {
            out.number(2, moment.getNano());
        }
        out.number(1, moment.getEpochSecond());
    }

    private static void intOrString(JsonNode value, ReverseWriter out) {
        if (value.isTextual()) {
            out.string(3, value.asText());
            out.number(1, STRING_FORM);
        } else {
            out.number(2, value.asLong());
        }
    }

    private static byte[] base64(JsonNode value) {
        try {
            return Base64.getDecoder().decode(value.asText());
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("a stored value of type byte is not base64", e);
        }
    }
}

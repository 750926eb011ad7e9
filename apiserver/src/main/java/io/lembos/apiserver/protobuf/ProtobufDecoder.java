package io.lembos.apiserver.protobuf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.json.PooledJson;
import io.lembos.apiserver.schema.Schema;
import io.lembos.apiserver.schema.SchemaCatalog;
import io.lembos.apiserver.schema.Times;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Reads an object in protobuf into the JSON that the same object has. A message that is a part of another by Go's
 * embedding, as a Volume's source is, becomes fields of the whole, as in JSON. Stateless but for what {@link Messages}
 * has read; safe for many threads.
 *
 * <p>Envelope: four bytes {@code k8s\0}, then {@code runtime.Unknown} (apimachinery, runtime/serializer/protobuf).
 */
public final class ProtobufDecoder {
    public static final String CONTENT_TYPE = "application/vnd.kubernetes.protobuf";

    private static final String SCHEMA = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON";
    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final int NESTING_MAX = 100;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper JSON = new ObjectMapper(PooledJson.factory());

    private final Messages messages = new Messages();
    private final SchemaCatalog catalog;

    public ProtobufDecoder(SchemaCatalog catalog) {
        this.catalog = catalog;
    }

    /**
     * @param definition what the bytes should be, for example {@code io.k8s.api.core.v1.Pod}
     * @throws ApiError BadRequest for bytes that are no such object
     */
    public ObjectNode decode(byte[] body, String definition) {
        try {
            return unwrap(body, definition);
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("error decoding the protobuf body: " + e.getMessage());
        }
    }

    private ObjectNode unwrap(byte[] body, String definition) {
        if (body.length < MAGIC.length || !Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new IllegalArgumentException("provided data does not appear to be a protobuf message");
        }
        WireReader unknown = new WireReader(Arrays.copyOfRange(body, MAGIC.length, body.length));
        ObjectNode object = NODES.objectNode();
        byte[] raw = {};
        while (unknown.next()) {
            switch (unknown.field()) {
                case 1 -> readType(unknown.message(), object);
                case 2 -> raw = unknown.bytes();
                default -> unknown.skip();
            }
        }
        readFields(new WireReader(raw), definition, catalog.schema(definition), object, 0);
        return object;
    }

    private static void readType(WireReader type, ObjectNode object) {
        while (type.next()) {
            switch (type.field()) {
                case 1 -> object.put("apiVersion", type.text());
                case 2 -> object.put("kind", type.text());
                default -> type.skip();
            }
        }
    }

    private void readFields(WireReader in, String definition, Schema schema, ObjectNode into, int depth) {
        if (depth > NESTING_MAX) {
            throw new IllegalArgumentException("nested too deeply");
        }
        Map<Integer, Messages.Field> fields = messages.fields(definition)
                .orElseThrow(() -> new IllegalArgumentException(definition + " has no protobuf form"));
        while (in.next()) {
            Messages.Field field = fields.get(in.field());
            if (field == null) {
                in.skip();
                continue;
            }
            Schema type = schema == null ? null : schema.properties().get(field.name());
            if (field.isEmbedded(Optional.ofNullable(schema))) {
                readFields(in.message(), field.type(), schema, into, depth + 1);
            } else {
                readField(in, field, type, into, depth);
            }
        }
        dropZeros(fields, schema, into);
        addEmptyLists(fields, schema, into);
    }

    /** A list that must be given is never absent in JSON; here an empty one and none look the same. */
    private static void addEmptyLists(Map<Integer, Messages.Field> fields, Schema schema, ObjectNode object) {
        for (Messages.Field field : fields.values()) {
            boolean required = schema != null && schema.required().contains(field.name());
            if (required && field.form() == Messages.Form.REPEATED && !object.has(field.name())) {
                object.putArray(field.name());
            }
        }
    }

    private void readField(WireReader in, Messages.Field field, Schema type, ObjectNode into, int depth) {
        switch (field.form()) {
            case SINGLE -> value(in, field.type(), type, depth).ifPresent(v -> into.set(field.name(), v));
            case REPEATED -> {
                ArrayNode list = into.withArray(field.name());
                value(in, field.type(), type == null ? null : type.items(), depth)
                        .ifPresent(list::add);
            }
            case MAP -> {
                WireReader entry = in.message();
                String key = "";
                JsonNode value = zero(field.type());
                while (entry.next()) {
                    if (entry.field() == 1) {
                        key = entry.text();
                    } else if (entry.field() == 2) {
                        Schema of = type == null ? null : type.additional();
                        value = value(entry, field.type(), of, depth).orElse(NODES.nullNode());
                    } else {
                        entry.skip();
                    }
                }
                ((ObjectNode) into.withObjectProperty(field.name())).set(key, value);
            }
        }
    }

    /** Empty for a moment that is none: Go writes its zero time as an empty message. */
    private Optional<JsonNode> value(WireReader in, String type, Schema schema, int depth) {
        return switch (type) {
            case "int" -> Optional.of(number(in.varint()));
            case "bool" -> Optional.of(NODES.booleanNode(in.varint() != 0));
            case "double" -> Optional.of(NODES.numberNode(in.fixedDouble()));
            case "string" -> Optional.of(NODES.textNode(in.text()));
            case "bytes" -> Optional.of(NODES.textNode(Base64.getEncoder().encodeToString(in.bytes())));
            case "io.k8s.apimachinery.pkg.apis.meta.v1.Time" ->
                moment(in.message()).map(t -> NODES.textNode(Times.seconds(t)));
            case "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime" ->
                moment(in.message()).map(t -> NODES.textNode(Times.micros(t)));
            case "io.k8s.apimachinery.pkg.api.resource.Quantity" -> Optional.of(NODES.textNode(quantity(in.message())));
            case "io.k8s.apimachinery.pkg.util.intstr.IntOrString" -> Optional.of(intOrString(in.message()));
            case "io.k8s.apimachinery.pkg.runtime.RawExtension",
                    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1",
                    SCHEMA -> raw(in.message());
            case SCHEMA + "SchemaPropsOrBool", SCHEMA + "SchemaPropsOrArray", SCHEMA + "SchemaPropsOrStringArray" ->
                Optional.of(schemaOr(type, in.message(), depth));
            default -> Optional.of(message(in, type, schema, depth));
        };
    }

    private JsonNode message(WireReader in, String type, Schema schema, int depth) {
        ObjectNode object = NODES.objectNode();
        readFields(in.message(), type, schema, object, depth + 1);
        // A named list (authorization's ExtraValue) is a message here and a bare list in JSON.
        boolean isList = schema != null && schema.type() == Schema.Type.ARRAY;
        return isList ? object.withArray("items") : object;
    }

    /** A JSON schema, or in its place a boolean, a list of schemas or a list of names. */
    private JsonNode schemaOr(String type, WireReader in, int depth) {
        ArrayNode list = NODES.arrayNode();
        JsonNode single = null;
        while (in.next()) {
            if (in.is(WireReader.VARINT)) {
                single = NODES.booleanNode(in.varint() != 0);
            } else if (in.field() == 2 && type.endsWith("StringArray")) {
                list.add(in.text());
            } else if (in.field() == 2 && type.endsWith("Array")) {
                list.add(schema(in, depth));
            } else {
                single = schema(in, depth);
            }
        }
        return single == null ? list : single;
    }

    private ObjectNode schema(WireReader in, int depth) {
        ObjectNode schema = NODES.objectNode();
        String definition = SCHEMA + "SchemaProps";
        readFields(in.message(), definition, catalog.schema(definition), schema, depth + 1);
        return schema;
    }

    private static Optional<Instant> moment(WireReader in) {
        long seconds = 0;
        long nanos = 0;
        boolean set = false;
        while (in.next()) {
            set = true;
            switch (in.field()) {
                case 1 -> seconds = in.varint();
                case 2 -> nanos = in.varint();
                default -> in.skip();
            }
        }
        try {
            return set ? Optional.of(Instant.ofEpochSecond(seconds, nanos)) : Optional.empty();
        } catch (java.time.DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException("no moment in time: " + seconds);
        }
    }

    private static String quantity(WireReader in) {
        String text = "0";
        while (in.next()) {
            if (in.field() == 1) {
                text = in.text();
            } else {
                in.skip();
            }
        }
        return text;
    }

    private static JsonNode intOrString(WireReader in) {
        boolean isText = false;
        long number = 0;
        String text = "";
        while (in.next()) {
            switch (in.field()) {
                case 1 -> isText = in.varint() == 1;
                case 2 -> number = in.varint();
                case 3 -> text = in.text();
                default -> in.skip();
            }
        }
        return isText ? NODES.textNode(text) : number(number);
    }

    private static Optional<JsonNode> raw(WireReader in) {
        byte[] json = {};
        while (in.next()) {
            if (in.field() == 1) {
                json = in.bytes();
            } else {
                in.skip();
            }
        }
        try {
            return json.length == 0 ? Optional.empty() : Optional.of(JSON.readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("embedded JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Takes out zeros that say nothing: of scalars that Go always writes, unless JSON would show them too. */
    private static void dropZeros(Map<Integer, Messages.Field> fields, Schema schema, ObjectNode object) {
        for (Messages.Field field : fields.values()) {
            JsonNode value = object.get(field.name());
            boolean silent = !field.optional() && !isShown(schema, field.name());
            if (value != null && silent && value.isValueNode() && value.equals(zero(field.type()))) {
                object.remove(field.name());
            }
        }
    }

    /** Whether JSON has the field even where nobody has set it. */
    private static boolean isShown(Schema schema, String field) {
        if (schema == null || schema.required().contains(field)) {
            return schema != null;
        }
        Schema property = schema.property(field);
        return property != null && property.defaultValue().isPresent();
    }

    /** The kind of node that JSON gives for the same number, so that objects of both origins can be compared. */
    private static JsonNode number(long value) {
        return value == (int) value ? NODES.numberNode((int) value) : NODES.numberNode(value);
    }

    private static JsonNode zero(String type) {
        return switch (type) {
            case "int" -> number(0);
            case "double" -> NODES.numberNode(0.0);
            case "bool" -> NODES.booleanNode(false);
            case "string", "bytes" -> NODES.textNode("");
            default -> NODES.objectNode();
        };
    }
}

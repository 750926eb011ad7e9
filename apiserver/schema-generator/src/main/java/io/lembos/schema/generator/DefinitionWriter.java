package io.lembos.schema.generator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.annotations.SerializedName;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.custom.Quantity;
import io.kubernetes.client.custom.V1Patch;
import io.swagger.annotations.ApiModel;
import io.swagger.annotations.ApiModelProperty;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Turns model classes into definitions: properties, types, formats, required fields, descriptions. References are bare
 * definition names in {@code $ref}.
 *
 * <p>A few Go types have no class of their own in the model; those definitions are written here by hand.
 */
final class DefinitionWriter {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final String QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";
    private static final String INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
    private static final String RAW_EXTENSION = "io.k8s.apimachinery.pkg.runtime.RawExtension";
    private static final String EXTENSIONS = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.";
    private static final String ANY_JSON = EXTENSIONS + "JSON";

    /** Fields that the model knows as a bare object, and the definition they refer to. */
    private static final Map<String, String> BARE_OBJECTS = Map.of(
            "ManagedFieldsEntry.fieldsV1", META + "FieldsV1",
            "StorageVersion.spec", "io.k8s.api.apiserverinternal.v1alpha1.StorageVersionSpec",
            "PodGroupSchedulingPolicy.basic", "io.k8s.api.scheduling.v1alpha2.BasicSchedulingPolicy",
            "CustomResourceSubresources.status", EXTENSIONS + "CustomResourceSubresourceStatus",
            "JSONSchemaProps.items", EXTENSIONS + "JSONSchemaPropsOrArray",
            "JSONSchemaProps.additionalItems", EXTENSIONS + "JSONSchemaPropsOrBool",
            "JSONSchemaProps.additionalProperties", EXTENSIONS + "JSONSchemaPropsOrBool",
            "JSONSchemaProps.dependencies", EXTENSIONS + "JSONSchemaPropsOrStringArray");

    /** The model has one class for Time and MicroTime; these fields are in microseconds. */
    private static final Set<String> MICRO_TIME = Set.of(
            "LeaseSpec.acquireTime",
            "LeaseSpec.renewTime",
            "LeaseCandidateSpec.pingTime",
            "LeaseCandidateSpec.renewTime",
            "Event.eventTime",
            "EventSeries.lastObservedTime");

    private final Map<Class<?>, String> names;
    private final Map<String, ObjectNode> definitions = new TreeMap<>();

    DefinitionWriter(ModelClasses classes) {
        this.names = classes.names();
    }

    Map<String, ObjectNode> definitions() {
        addHandWritten();
        names.forEach((type, name) -> definitions.put(name, definition(type, name)));
        definitions.values().forEach(this::describeReferences);
        return definitions;
    }

    private void addHandWritten() {
        scalar(META + "Time", "string", "date-time", "A moment in RFC 3339 form, to the second.");
        scalar(META + "MicroTime", "string", "date-time", "A moment in RFC 3339 form, to the microsecond.")
                .put("x-lembos-micro", true);
        scalar(
                QUANTITY,
                "string",
                null,
                "An amount of a resource: a number with an optional suffix as in 500m or 2Gi.");
        scalar(INT_OR_STRING, "string", "int-or-string", "A whole number or a string.");
        scalar(RAW_EXTENSION, "object", null, "An object of any form.");
        scalar(META + "FieldsV1", "object", null, "A set of fields as a tree, in the form FieldsV1.");
        scalar(META + "Patch", "object", null, "A patch; its form follows the content type of the request.");
        scalar(ANY_JSON, null, null, "Any JSON value.");
        BARE_OBJECTS.forEach((field, name) -> {
            if (!definitions.containsKey(name)) {
                String type = name.startsWith(ANY_JSON) ? null : "object";
                ObjectNode definition = scalar(name, type, null, "The value of " + field + ".");
                if (name.startsWith(ANY_JSON + "SchemaPropsOr")) {
                    definition.put("x-lembos-union", ANY_JSON + "SchemaProps");
                }
            }
        });
    }

    private ObjectNode scalar(String name, String type, String format, String description) {
        ObjectNode definition = JSON.createObjectNode().put("description", description);
        if (type != null) {
            definition.put("type", type);
        }
        if (format != null) {
            definition.put("format", format);
        }
        definitions.put(name, definition);
        return definition;
    }

    private ObjectNode definition(Class<?> type, String name) {
        ObjectNode definition = JSON.createObjectNode();
        ApiModel model = type.getAnnotation(ApiModel.class);
        if (model != null && !model.description().isEmpty()) {
            definition.put("description", model.description());
        }
        definition.put("type", "object");
        Map<String, ObjectNode> properties = new TreeMap<>();
        for (Field field : type.getDeclaredFields()) {
            SerializedName json = field.getAnnotation(SerializedName.class);
            if (!Modifier.isStatic(field.getModifiers()) && json != null) {
                properties.put(json.value(), property(type, field, name, json.value()));
            }
        }
        if (!properties.isEmpty()) {
            ObjectNode node = definition.putObject("properties");
            properties.forEach(node::set);
        }
        addRequired(type, definition);
        return definition;
    }

    private ObjectNode property(Class<?> owner, Field field, String definition, String json) {
        String key = definition.substring(definition.lastIndexOf('.') + 1) + "." + json;
        ObjectNode schema = schema(field.getGenericType(), key);
        String description = description(owner, field);
        if (!description.isEmpty()) {
            schema.put("description", description);
        }
        return schema;
    }

    private static String description(Class<?> owner, Field field) {
        String getter = "get" + Character.toUpperCase(field.getName().charAt(0))
                + field.getName().substring(1);
        for (Method method : owner.getDeclaredMethods()) {
            ApiModelProperty property = method.getAnnotation(ApiModelProperty.class);
            if (property != null && method.getName().equalsIgnoreCase(getter)) {
                return property.value();
            }
        }
        return "";
    }

    private ObjectNode schema(Type type, String key) {
        if (type instanceof ParameterizedType p) {
            ObjectNode node = JSON.createObjectNode();
            Type last = p.getActualTypeArguments()[p.getActualTypeArguments().length - 1];
            boolean list = Collection.class.isAssignableFrom((Class<?>) p.getRawType());
            node.put("type", list ? "array" : "object");
            node.set(list ? "items" : "additionalProperties", schema(last, key));
            return node;
        }
        return schema((Class<?>) type, key);
    }

    private ObjectNode schema(Class<?> type, String key) {
        if (names.containsKey(type)) {
            return ref(names.get(type));
        }
        return switch (type.getSimpleName()) {
            case "String" -> of("string", null);
            case "Boolean" -> of("boolean", null);
            case "Integer" -> of("integer", "int32");
            case "Long" -> of("integer", "int64");
            case "Double" -> of("number", "double");
            case "byte[]" -> of("string", "byte");
            case "Object" -> ref(anyObject(key));
            default -> ref(handWritten(type, key));
        };
    }

    private static String handWritten(Class<?> type, String key) {
        if (type == Quantity.class) {
            return QUANTITY;
        } else if (type == IntOrString.class) {
            return INT_OR_STRING;
        } else if (type == OffsetDateTime.class) {
            return META + (MICRO_TIME.contains(key) ? "MicroTime" : "Time");
        } else if (type == V1Patch.class) {
            return META + "Patch";
        }
        throw new IllegalStateException("no schema known for " + type + " of " + key);
    }

    private static String anyObject(String key) {
        String fallback = key.startsWith("JSONSchemaProps.") ? ANY_JSON : RAW_EXTENSION;
        return BARE_OBJECTS.getOrDefault(key, fallback);
    }

    private static ObjectNode of(String type, String format) {
        ObjectNode node = JSON.createObjectNode().put("type", type);
        return format == null ? node : node.put("format", format);
    }

    private static ObjectNode ref(String name) {
        return JSON.createObjectNode().put("$ref", name);
    }

    private static void addRequired(Class<?> type, ObjectNode definition) {
        try {
            Object fields = type.getField("openapiRequiredFields").get(null);
            Set<String> required = new TreeSet<>();
            ((Collection<?>) fields).forEach(f -> required.add((String) f));
            if (!required.isEmpty()) {
                ArrayNode array = definition.putArray("required");
                required.forEach(array::add);
            }
        } catch (NoSuchFieldException e) {
            return; // An alias without fields requires nothing.
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The model carries no text beside a reference: take the referenced type's. */
    private void describeReferences(ObjectNode definition) {
        definition.path("properties").forEach(p -> {
            ObjectNode property = (ObjectNode) p;
            ObjectNode target = definitions.get(property.path("$ref").asText());
            if (target != null && !property.has("description") && target.has("description")) {
                property.set("description", target.get("description"));
            }
        });
    }
}

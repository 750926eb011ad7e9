package io.lembos.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.kinds.CustomForm;
import io.lembos.apiserver.kinds.Kind;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Definitions of custom kinds in the words of OpenAPI: the schema as it was written, with the fields that every object has.
 * Version 2 knows less, so what it cannot say is left out there, and a value that may be of several types has none. Pure.
 */
final class CustomDefinitions {
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final List<String> NOT_IN_V2 = List.of(
            "oneOf",
            "anyOf",
            "allOf",
            "not",
            "nullable",
            "default",
            "x-kubernetes-validations",
            "externalDocs",
            "example");
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Style style;

    CustomDefinitions(Style style) {
        this.style = style;
    }

    /** The kind itself. */
    ObjectNode kind(Kind kind, CustomForm form) {
        ObjectNode schema = form.openApiSchema().deepCopy();
        if (style == Style.V2) {
            simplify(schema);
        }
        boolean open = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean(false) && style == Style.V2;
        schema.put("type", "object");
        ObjectNode properties =
                schema.get("properties") instanceof ObjectNode given && !open ? given : schema.putObject("properties");
        text(properties, "apiVersion", "Group and version of the schema that this object follows.");
        text(properties, "kind", "Kind of this object.");
        reference(properties, "metadata", META + "ObjectMeta", "Name, labels and other data that every object has.");
        groupVersionKind(schema, kind, kind.kind());
        return schema;
    }

    /** The list of the kind. */
    ObjectNode list(Kind kind) {
        ObjectNode schema = NODES.objectNode().put("description", kind.listKind() + " is a list of " + kind.kind());
        schema.put("type", "object").putArray("required").add("items");
        ObjectNode properties = schema.putObject("properties");
        text(properties, "apiVersion", "Group and version of the schema that this object follows.");
        text(properties, "kind", "Kind of this object.");
        reference(properties, "metadata", META + "ListMeta", "Resource version and other data of the list.");
        ObjectNode items = properties.putObject("items").put("description", "The " + kind.plural() + ".");
        items.put("type", "array").putObject("items").put("$ref", style.reference(kind.definition()));
        groupVersionKind(schema, kind, kind.listKind());
        return schema;
    }

    private static void text(ObjectNode properties, String name, String description) {
        ObjectNode field = properties.get(name) instanceof ObjectNode given ? given : properties.putObject(name);
        if (!field.has("description")) {
            field.put("description", description);
        }
        field.put("type", "string");
    }

    private void reference(ObjectNode properties, String name, String definition, String description) {
        ObjectNode field = properties.putObject(name).put("description", description);
        if (style == Style.V3) {
            field.putArray("allOf").addObject().put("$ref", style.reference(definition));
        } else {
            field.put("$ref", style.reference(definition));
        }
    }

    private static void groupVersionKind(ObjectNode schema, Kind kind, String name) {
        ArrayNode list = schema.putArray("x-kubernetes-group-version-kind");
        list.addObject().put("group", kind.group()).put("kind", name).put("version", kind.version());
    }

    private static void simplify(ObjectNode schema) {
        boolean union = schema.path("nullable").asBoolean(false)
                || schema.path("x-kubernetes-int-or-string").asBoolean(false);
        schema.remove(NOT_IN_V2);
        if (schema.path("x-kubernetes-int-or-string").asBoolean(false)) {
            schema.put("format", "int-or-string");
        }
        if (union) {
            schema.remove(List.of("type", "items", "properties", "additionalProperties"));
        }
        if (schema.path("x-kubernetes-preserve-unknown-fields").asBoolean(false)) {
            schema.remove(List.of("type", "items", "properties"));
        }
        Iterator<Map.Entry<String, JsonNode>> properties =
                schema.path("properties").properties().iterator();
        properties.forEachRemaining(p -> {
            if (p.getValue() instanceof ObjectNode field) {
                simplify(field);
            }
        });
        for (String part : List.of("items", "additionalProperties")) {
            if (schema.get(part) instanceof ObjectNode inner) {
                simplify(inner);
            }
        }
    }
}

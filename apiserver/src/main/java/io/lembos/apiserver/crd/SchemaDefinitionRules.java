package io.lembos.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.structural.StructuralValidator.Plain;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the schema of a version must be like: structural ({@link StructuralRules}), with defaults that are valid themselves
 * ({@link DefaultRules}), and without what the server does not support. Pure.
 */
final class SchemaDefinitionRules {
    private static final List<String> TYPES = List.of("array", "boolean", "integer", "number", "object", "string");
    private static final Set<String> META_FIELDS = Set.of("apiVersion", "kind", "metadata");
    private static final Set<String> AT_ROOT_WITH_STATUS = Set.of(
            "description",
            "type",
            "format",
            "title",
            "maximum",
            "exclusiveMaximum",
            "minimum",
            "exclusiveMinimum",
            "maxLength",
            "minLength",
            "pattern",
            "maxItems",
            "minItems",
            "uniqueItems",
            "multipleOf",
            "required",
            "items",
            "properties",
            "externalDocs",
            "example",
            "x-kubernetes-preserve-unknown-fields",
            "x-kubernetes-validations");
    private static final String AT_ROOT_TEXT = "[Description Type Format Title Maximum ExclusiveMaximum Minimum"
            + " ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items"
            + " Properties ExternalDocs Example XPreserveUnknownFields XValidations]";

    private final List<Cause> causes;

    private SchemaDefinitionRules(List<Cause> causes) {
        this.causes = causes;
    }

    /** @param path of what holds the {@code openAPIV3Schema} */
    static void check(JsonNode version, String path, List<Cause> causes) {
        JsonNode schema = version.path("schema").path("openAPIV3Schema");
        String at = path + ".openAPIV3Schema";
        List<Cause> found = new ArrayList<>();
        SchemaDefinitionRules rules = new SchemaDefinitionRules(found);
        if (version.path("subresources").has("status")) {
            rules.rootWithStatus(schema, at);
        }
        if (schema.path("nullable").asBoolean(false)) {
            found.add(Cause.forbidden(at + ".nullable", "nullable cannot be true at the root"));
        }
        List<Cause> structural = StructuralRules.check(schema, at);
        found.addAll(structural.isEmpty() ? DefaultRules.check(schema, at) : structural);
        boolean sound = found.isEmpty();
        rules.schema(schema, at, Place.ROOT);
        if (sound && found.isEmpty()) {
            found.addAll(RuleDefinitions.check(schema, at));
        }
        causes.addAll(found);
    }

    /** Where a node stands, as far as rules depend on it. */
    private record Place(boolean root, boolean insideMeta, String defaultsForbidden) {
        static final Place ROOT = new Place(true, false, "");

        Place inner() {
            return new Place(false, insideMeta, defaultsForbidden);
        }
    }

    private void rootWithStatus(JsonNode schema, String at) {
        for (var field : schema.properties()) {
            if (!AT_ROOT_WITH_STATUS.contains(field.getKey())) {
                causes.add(
                        Cause.invalid(
                                at,
                                new Plain(schema.toString()),
                                "only " + AT_ROOT_TEXT
                                        + " fields are allowed at the root of the schema if the status subresource is enabled"));
                return;
            }
        }
    }

    private void schema(JsonNode schema, String at, Place place) {
        unsupported(schema, at, place);
        if (schema.path("uniqueItems").asBoolean(false)) {
            causes.add(Cause.forbidden(
                    at + ".uniqueItems",
                    "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"));
        }
        JsonNode additional = schema.path("additionalProperties");
        if (!additional.isMissingNode()) {
            boolean struct = !schema.path("properties").isEmpty();
            if (struct && (additional.isObject() || !additional.asBoolean(false))) {
                causes.add(Cause.forbidden(
                        at + ".additionalProperties", "additionalProperties and properties are mutual exclusive"));
            }
            String reason = place.insideMeta() ? "inside additionalProperties applying to object metadata" : "";
            inner(additional, at + ".additionalProperties", forbidding(place.inner(), reason));
        }
        boolean resource =
                place.root() || schema.path("x-kubernetes-embedded-resource").asBoolean(false);
        schema.path("properties").properties().forEach(p -> {
            Place below = place.inner();
            if (resource && META_FIELDS.contains(p.getKey())) {
                below = new Place(false, true, below.defaultsForbidden());
                below = place.root() ? forbidding(below, "in top-level " + p.getKey()) : below;
            }
            inner(p.getValue(), at + ".properties[" + p.getKey() + "]", below);
        });
        inner(schema.path("not"), at + ".not", place.inner());
        for (String junctor : List.of("allOf", "oneOf", "anyOf")) {
            JsonNode list = schema.path(junctor);
            for (int i = 0; i < list.size(); i++) {
                inner(list.get(i), at + "." + junctor + "[" + i + "]", place.inner());
            }
        }
        inner(schema.path("items"), at + ".items", place.inner());
        extensions(schema, at);
        lists(schema, at);
        rules(schema.path("x-kubernetes-validations"), at + ".x-kubernetes-validations");
    }

    private static Place forbidding(Place place, String reason) {
        return reason.isEmpty() ? place : new Place(place.root(), place.insideMeta(), reason);
    }

    private void inner(JsonNode schema, String at, Place place) {
        if (schema.isObject()) {
            schema(schema, at, place);
        }
    }

    private void unsupported(JsonNode schema, String at, Place place) {
        String type = schema.path("type").asText("");
        if (type.equals("null")) {
            causes.add(Cause.notSupported(at + ".type", type, TYPES));
            causes.add(Cause.forbidden(at + ".type", "type cannot be set to null, use nullable as an alternative"));
        } else if (!type.isEmpty() && !TYPES.contains(type)) {
            causes.add(Cause.notSupported(at + ".type", type, TYPES));
        }
        if (schema.has("default") && !place.defaultsForbidden().isEmpty()) {
            causes.add(Cause.forbidden(at + ".default", "must not be set " + place.defaultsForbidden()));
        }
        for (String field :
                List.of("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")) {
            if (schema.has(field)
                    && !(schema.get(field).isContainerNode()
                            && schema.get(field).isEmpty())) {
                causes.add(Cause.forbidden(at + "." + field, field + " is not supported"));
            }
        }
        if (schema.path("items").isArray()) {
            causes.add(Cause.forbidden(at + ".items", "items must be a schema object and not an array"));
        }
        if (place.insideMeta() && schema.path("x-kubernetes-embedded-resource").asBoolean(false)) {
            causes.add(Cause.forbidden(
                    at + ".x-kubernetes-embedded-resource", "must not be used inside of resource meta"));
        }
    }

    private void extensions(JsonNode schema, String at) {
        if (schema.has("x-kubernetes-preserve-unknown-fields")
                && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean(false)) {
            causes.add(Cause.invalid(
                    at + ".x-kubernetes-preserve-unknown-fields", new Plain(false), "must be true or undefined"));
        }
        String mapType = schema.path("x-kubernetes-map-type").asText("");
        if (!mapType.isEmpty()) {
            requireType(schema, at, "object", "must be object if x-kubernetes-map-type is specified");
            if (!List.of("atomic", "granular").contains(mapType)) {
                causes.add(Cause.notSupported(at + ".x-kubernetes-map-type", mapType, List.of("atomic", "granular")));
            }
        }
    }

    private void requireType(JsonNode schema, String at, String wanted, String detail) {
        String type = schema.path("type").asText("");
        if (type.isEmpty()) {
            causes.add(Cause.required(at + ".type", detail));
        } else if (!type.equals(wanted)) {
            causes.add(Cause.invalid(at + ".type", type, detail));
        }
    }

    private void lists(JsonNode schema, String at) {
        String listType = schema.path("x-kubernetes-list-type").asText("");
        JsonNode keys = schema.path("x-kubernetes-list-map-keys");
        String keysAt = at + ".x-kubernetes-list-map-keys";
        if (!listType.isEmpty()) {
            requireType(schema, at, "array", "must be array if x-kubernetes-list-type is specified");
            if (!List.of("atomic", "set", "map").contains(listType)) {
                causes.add(
                        Cause.notSupported(at + ".x-kubernetes-list-type", listType, List.of("atomic", "set", "map")));
            }
        }
        if (!keys.isEmpty() && !listType.equals("map")) {
            String detail = "must be map if x-kubernetes-list-map-keys is non-empty";
            causes.add(
                    listType.isEmpty()
                            ? Cause.required(at + ".x-kubernetes-list-type", detail)
                            : Cause.invalid(at + ".x-kubernetes-list-type", listType, detail));
        }
        JsonNode items = schema.path("items");
        if (listType.equals("set")) {
            set(items, at);
        } else if (listType.equals("map")) {
            if (keys.isEmpty()) {
                causes.add(Cause.required(keysAt, "must not be empty if x-kubernetes-list-type is map"));
            }
            if (items.isMissingNode()) {
                causes.add(Cause.required(at + ".items", "must have a schema if x-kubernetes-list-type is map"));
            } else if (!items.path("type").asText("").equals("object")) {
                causes.add(Cause.invalid(
                        at + ".items.type",
                        items.path("type").asText(""),
                        "must be object if parent array's x-kubernetes-list-type is map"));
            } else {
                mapKeys(keys, items, at);
            }
        }
        if (List.of("set", "map").contains(listType) && items.path("nullable").asBoolean(false)) {
            causes.add(Cause.forbidden(
                    at + ".items.nullable", "cannot be nullable when x-kubernetes-list-type is " + listType));
        }
    }

    private void set(JsonNode items, String at) {
        String detail = "must be atomic as item of a list with x-kubernetes-list-type=set";
        String type = items.path("type").asText("");
        String inner = items.path("x-kubernetes-list-type").asText("atomic");
        if (type.equals("array") && !inner.equals("atomic")) {
            causes.add(Cause.invalid(at + ".items.x-kubernetes-list-type", inner, detail));
        }
        if (type.equals("object")
                && !items.path("x-kubernetes-map-type").asText("").equals("atomic")) {
            causes.add(Cause.invalid(at + ".items.x-kubernetes-map-type", new Plain("null"), detail));
        }
    }

    private void mapKeys(JsonNode keys, JsonNode items, String at) {
        Set<String> seen = new HashSet<>();
        Set<String> required = new HashSet<>();
        items.path("required").forEach(r -> required.add(r.asText()));
        Object shown = new Plain(keys.toString());
        String keysAt = at + ".x-kubernetes-list-map-keys";
        for (JsonNode key : keys) {
            JsonNode property = items.path("properties").path(key.asText());
            String place = at + ".items.properties[" + key.asText() + "]";
            if (property.isMissingNode()) {
                causes.add(Cause.invalid(keysAt, shown, "entries must all be names of item properties"));
            } else if (List.of("array", "object").contains(property.path("type").asText(""))) {
                causes.add(Cause.invalid(
                        place + ".type",
                        property.path("type").asText(),
                        "must be a scalar type if parent array's x-kubernetes-list-type is map"));
            } else if (!required.contains(key.asText()) && !property.has("default")) {
                causes.add(Cause.required(
                        place + ".default",
                        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required"
                                + " property"));
            } else if (property.path("nullable").asBoolean(false)) {
                causes.add(Cause.forbidden(
                        place + ".nullable",
                        "this property is in x-kubernetes-list-map-keys, so it cannot be nullable"));
            }
            if (!seen.add(key.asText())) {
                causes.add(Cause.invalid(keysAt, shown, "must not contain duplicate entries"));
            }
        }
    }

    private void rules(JsonNode rules, String at) {
        for (int i = 0; i < rules.size(); i++) {
            RuleDefinitions.checkForm(rules.get(i), at + "[" + i + "]", causes);
        }
    }
}

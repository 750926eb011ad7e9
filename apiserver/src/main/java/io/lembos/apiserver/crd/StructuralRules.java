package io.lembos.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.structural.StructuralValidator.Plain;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Whether a schema is structural: it says of every part what type it is, alternatives only add conditions to a structure
 * that stands outside them, and metadata is left to the server. Pure.
 */
final class StructuralRules {
    private static final List<String> EMPTY_WHEN_NESTED = List.of("type", "title", "description");
    private static final List<String> FALSE_WHEN_NESTED = List.of(
            "nullable",
            "x-kubernetes-preserve-unknown-fields",
            "x-kubernetes-embedded-resource",
            "x-kubernetes-int-or-string");
    private static final List<String> UNDEFINED_WHEN_NESTED = List.of(
            "default", "externalDocs", "additionalProperties", "x-kubernetes-list-type", "x-kubernetes-map-type");

    private final List<Cause> causes = new ArrayList<>();

    private StructuralRules() {}

    /** What is wrong, sorted as Kubernetes does. */
    static List<Cause> check(JsonNode schema, String at) {
        StructuralRules rules = new StructuralRules();
        rules.node(schema, Level.ROOT, at);
        rules.complete(schema, schema, at, at);
        rules.causes.sort((a, b) -> a.line().compareTo(b.line()));
        return rules.causes;
    }

    private enum Level {
        ROOT("at the root"),
        ITEM("for specified array items"),
        FIELD("for specified object fields");

        private final String words;

        Level(String words) {
            this.words = words;
        }
    }

    private void node(JsonNode schema, Level level, String at) {
        String type = schema.path("type").asText("");
        boolean embedded = is(schema, "x-kubernetes-embedded-resource");
        boolean intOrString = is(schema, "x-kubernetes-int-or-string");
        boolean preserves = is(schema, "x-kubernetes-preserve-unknown-fields");
        JsonNode items = schema.path("items");
        JsonNode additional = schema.path("additionalProperties");
        if (type.equals("array") && items.isMissingNode()) {
            causes.add(Cause.required(at + ".items", "must be specified"));
        }
        if (items.isObject()) {
            node(items, Level.ITEM, at + ".items");
        }
        schema.path("properties")
                .properties()
                .forEach(p -> node(p.getValue(), Level.FIELD, at + ".properties[" + p.getKey() + "]"));
        if (!additional.isMissingNode() && level == Level.ROOT) {
            causes.add(Cause.forbidden(at + ".additionalProperties", "must not be used at the root"));
        }
        if (additional.isObject()) {
            node(additional, Level.FIELD, at + ".additionalProperties");
        }
        if (intOrString && preserves) {
            exclude("x-kubernetes-preserve-unknown-fields", at);
        }
        if (intOrString && embedded) {
            exclude("x-kubernetes-embedded-resource", at);
        }
        conditions(schema, isIntOrString(schema.path("anyOf")), firstIsIntOrString(schema), at);
        if (embedded && !type.equals("object")) {
            String detail = "must be object if x-kubernetes-embedded-resource is true";
            causes.add(
                    type.isEmpty() ? Cause.required(at + ".type", detail) : Cause.invalid(at + ".type", type, detail));
        } else if (type.isEmpty() && !intOrString && !preserves) {
            causes.add(Cause.required(at + ".type", "must not be empty " + level.words));
        }
        if (embedded && !additional.isMissingNode()) {
            causes.add(Cause.forbidden(
                    at + ".additionalProperties", "must not be used if x-kubernetes-embedded-resource is set"));
        }
        if (level == Level.ROOT && !type.isEmpty() && !type.equals("object")) {
            causes.add(Cause.invalid(at + ".type", type, "must be object at the root"));
        }
        if (level == Level.ROOT || embedded) {
            resourceFields(schema.path("properties"), level, at);
        }
        if (embedded && !preserves && schema.path("properties").isEmpty()) {
            causes.add(Cause.required(
                    at + ".properties",
                    "must not be empty if x-kubernetes-embedded-resource is true without"
                            + " x-kubernetes-preserve-unknown-fields"));
        }
    }

    private void exclude(String extension, String at) {
        causes.add(Cause.invalid(
                at + "." + extension, new Plain(true), "must be false if x-kubernetes-int-or-string is true"));
    }

    private void resourceFields(JsonNode properties, Level level, String at) {
        for (String field : List.of("kind", "apiVersion")) {
            String type = properties.path(field).path("type").asText("");
            if (properties.has(field) && !type.equals("string")) {
                causes.add(Cause.invalid(at + ".properties[" + field + "].type", type, "must be string"));
            }
        }
        if (!properties.has("metadata")) {
            return;
        }
        JsonNode metadata = properties.get("metadata");
        String place = at + ".properties[metadata]";
        String type = metadata.path("type").asText("");
        if (!type.equals("object")) {
            causes.add(Cause.invalid(place + ".type", type, "must be object"));
        }
        if (level == Level.ROOT) {
            boolean plain = metadata.properties().stream()
                    .allMatch(f -> Set.of("type", "description", "default").contains(f.getKey())
                            || f.getKey().equals("properties")
                                    && f.getValue().properties().stream()
                                            .allMatch(p -> Set.of("name", "generateName")
                                                    .contains(p.getKey())));
            boolean described = metadata.has("description");
            if (!plain || described) {
                causes.add(Cause.forbidden(
                        place,
                        "must not specify anything other than name and generateName, but metadata is implicitly"
                                + " specified"));
            }
        }
    }

    private static boolean is(JsonNode schema, String flag) {
        return schema.path(flag).asBoolean(false);
    }

    private static boolean isIntOrString(JsonNode anyOf) {
        return anyOf.size() == 2
                && anyOf.get(0).size() == 1
                && anyOf.get(1).size() == 1
                && anyOf.get(0).path("type").asText("").equals("integer")
                && anyOf.get(1).path("type").asText("").equals("string");
    }

    private static boolean firstIsIntOrString(JsonNode schema) {
        return isIntOrString(schema.path("allOf").path(0).path("anyOf"));
    }

    /** The value validations of a node; the two forms in which an int-or-string is told are fine. */
    private void conditions(JsonNode schema, boolean skipAnyOf, boolean skipFirst, String at) {
        JsonNode anyOf = schema.path("anyOf");
        for (int i = 0; i < anyOf.size() && !skipAnyOf; i++) {
            nested(anyOf.get(i), false, at + ".anyOf[" + i + "]");
        }
        JsonNode allOf = schema.path("allOf");
        for (int i = 0; i < allOf.size(); i++) {
            nested(allOf.get(i), skipFirst && i == 0, at + ".allOf[" + i + "]");
        }
        JsonNode oneOf = schema.path("oneOf");
        for (int i = 0; i < oneOf.size(); i++) {
            nested(oneOf.get(i), false, at + ".oneOf[" + i + "]");
        }
        if (schema.path("not").isObject()) {
            nested(schema.get("not"), false, at + ".not");
        }
        String pattern = schema.path("pattern").asText("");
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            causes.add(Cause.invalid(
                    at + ".pattern",
                    pattern,
                    "must be a valid regular expression, but isn't: error parsing regexp: " + e.getDescription() + ": `"
                            + e.getPattern() + "`"));
        }
    }

    private void nested(JsonNode schema, boolean skipAnyOf, String at) {
        conditions(schema, skipAnyOf, false, at);
        if (schema.path("items").isObject()) {
            nested(schema.get("items"), false, at + ".items");
        }
        schema.path("properties").properties().forEach(p -> {
            nested(p.getValue(), false, at + ".properties[" + p.getKey() + "]");
            if (p.getKey().equals("metadata")) {
                causes.add(Cause.forbidden(at + ".properties[metadata]", "must not be specified in a nested context"));
            }
        });
        for (String field : EMPTY_WHEN_NESTED) {
            if (!schema.path(field).asText("").isEmpty()) {
                causes.add(Cause.forbidden(at + "." + field, "must be empty to be structural"));
            }
        }
        for (String field : FALSE_WHEN_NESTED) {
            if (is(schema, field)) {
                causes.add(Cause.forbidden(at + "." + field, "must be false to be structural"));
            }
        }
        for (String field : UNDEFINED_WHEN_NESTED) {
            if (schema.has(field)) {
                causes.add(Cause.forbidden(at + "." + field, "must be undefined to be structural"));
            }
        }
        for (String field : List.of("x-kubernetes-list-map-keys", "x-kubernetes-validations")) {
            if (!schema.path(field).isEmpty()) {
                causes.add(Cause.forbidden(at + "." + field, "must be empty to be structural"));
            }
        }
    }

    /** Every field that a condition speaks of must stand in the structure too. */
    private void complete(JsonNode conditions, JsonNode structure, String at, String structureAt) {
        for (String junctor : List.of("allOf", "anyOf", "oneOf")) {
            JsonNode list = conditions.path(junctor);
            for (int i = 0; i < list.size(); i++) {
                mentioned(list.get(i), structure, at + "." + junctor + "[" + i + "]", structureAt);
            }
        }
        if (conditions.path("not").isObject()) {
            mentioned(conditions.get("not"), structure, at + ".not", structureAt);
        }
        if (conditions != structure) {
            return;
        }
        structure
                .path("properties")
                .properties()
                .forEach(p -> complete(
                        p.getValue(),
                        p.getValue(),
                        at + ".properties[" + p.getKey() + "]",
                        structureAt + ".properties[" + p.getKey() + "]"));
        for (String part : List.of("items", "additionalProperties")) {
            if (structure.path(part).isObject()) {
                complete(structure.get(part), structure.get(part), at + "." + part, structureAt + "." + part);
            }
        }
    }

    private void mentioned(JsonNode conditions, JsonNode structure, String at, String structureAt) {
        complete(conditions, structure, at, structureAt);
        JsonNode items = conditions.path("items");
        if (items.isObject()) {
            if (structure.path("items").isObject()) {
                mentioned(items, structure.get("items"), at + ".items", structureAt + ".items");
            } else {
                causes.add(Cause.required(structureAt + ".items", "because it is defined in " + at + ".items"));
            }
        }
        conditions.path("properties").properties().forEach(p -> {
            String step = ".properties[" + p.getKey() + "]";
            if (structure.path("properties").has(p.getKey())) {
                mentioned(p.getValue(), structure.path("properties").get(p.getKey()), at + step, structureAt + step);
            } else {
                causes.add(Cause.required(structureAt + step, "because it is defined in " + at + step));
            }
        });
    }
}

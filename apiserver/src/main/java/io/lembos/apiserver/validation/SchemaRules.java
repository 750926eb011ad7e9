package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.schema.FieldPath;
import io.lembos.apiserver.schema.Schema;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the schema itself demands: fields that must be set, closed sets, bounds. Metadata and status are left out; the one
 * has rules of its own, the other is written by those who know.
 */
final class SchemaRules {
    /** Structs that are there even if nobody wrote them, so that what they must hold is missed. */
    private static final Set<String> ALWAYS_THERE = Set.of("spec", "template");

    private final List<Cause> causes;

    private SchemaRules(List<Cause> causes) {
        this.causes = causes;
    }

    static void check(ObjectNode object, Schema schema, List<Cause> causes) {
        SchemaRules rules = new SchemaRules(causes);
        schema.properties().forEach((name, property) -> {
            if (!name.equals("metadata") && !name.equals("status")) {
                rules.field(object, name, property, FieldPath.TOP);
            }
        });
    }

    private void field(ObjectNode object, String name, Schema schema, FieldPath outer) {
        JsonNode value = object.get(name);
        if (schema.mustBeSet().isPresent() && isEmpty(value)) {
            causes.add(Cause.required(
                    outer.field(name).toString(), schema.mustBeSet().get()));
        } else if (value != null) {
            value(value, schema, outer.field(name));
        } else if (ALWAYS_THERE.contains(name) && !schema.definition().isEmpty()) {
            value(JsonNodeFactory.instance.objectNode(), schema, outer.field(name));
        }
    }

    /** What Go would see as the zero value; an empty object given on purpose is not empty. */
    private static boolean isEmpty(JsonNode value) {
        return value == null
                || value.isTextual() && value.asText().isEmpty()
                || value.isArray() && value.isEmpty()
                || value.isInt() && value.asInt() == 0;
    }

    private void value(JsonNode value, Schema schema, FieldPath path) {
        if (value instanceof ObjectNode object) {
            schema.properties().forEach((name, property) -> {
                if (!name.equals("metadata")) {
                    field(object, name, property, path);
                }
            });
            if (schema.additional() != null) {
                object.properties().forEach(e -> value(e.getValue(), schema.additional(), path.key(e.getKey())));
            }
        } else if (value.isArray() && schema.items() != null) {
            for (int i = 0; i < value.size(); i++) {
                value(value.get(i), schema.items(), path.index(i));
            }
        } else {
            scalar(value, schema, path);
        }
    }

    private void scalar(JsonNode value, Schema schema, FieldPath path) {
        List<String> allowed = schema.enumValues();
        if (!allowed.isEmpty()
                && !allowed.contains(value.asText())
                && !value.asText().isEmpty()) {
            causes.add(Cause.notSupported(path.toString(), ShownValue.of(value), allowed));
        }
        if (value.isNumber()) {
            bounds(value, schema, path);
        }
        schema.pattern()
                .filter(pattern -> !value.asText().matches(pattern))
                .ifPresent(pattern -> causes.add(
                        Cause.invalid(path.toString(), ShownValue.of(value), "should match '" + pattern + "'")));
    }

    private void bounds(JsonNode value, Schema schema, FieldPath path) {
        Optional<BigDecimal> min = schema.minimum().map(JsonNode::decimalValue);
        Optional<BigDecimal> max = schema.maximum().map(JsonNode::decimalValue);
        BigDecimal number = value.decimalValue();
        boolean low = min.isPresent() && number.compareTo(min.get()) < 0;
        boolean high = max.isPresent() && number.compareTo(max.get()) > 0;
        if (low || high) {
            causes.add(Cause.invalid(path.toString(), ShownValue.of(value), boundsText(min, max)));
        }
    }

    private static String boundsText(Optional<BigDecimal> min, Optional<BigDecimal> max) {
        if (max.isEmpty()) {
            return min.orElseThrow().signum() == 0
                    ? "must be greater than or equal to 0"
                    : "must be greater than " + min.get().subtract(BigDecimal.ONE);
        }
        if (max.get().compareTo(BigDecimal.valueOf(0777)) == 0) {
            return "must be a number between 0 and 0777 (octal), both inclusive";
        }
        return "must be between " + min.map(BigDecimal::toString).orElse("0") + " and " + max.get() + ", inclusive";
    }
}

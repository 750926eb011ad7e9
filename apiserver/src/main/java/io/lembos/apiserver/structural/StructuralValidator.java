package io.lembos.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Judges a value by a structural schema, in the words of Kubernetes' validator (kube-openapi). Pure.
 *
 * <p>On an update, parts that are as they were before are not judged again, where old and new can be told to belong
 * together: fields by name, elements of a list of type map by their keys. So that a schema can become stricter without
 * locking objects that were fine when they were made.
 */
public final class StructuralValidator {
    private final List<Cause> causes = new ArrayList<>();

    private StructuralValidator() {}

    /**
     * @param old what is stored now, null for a new object
     * @return what is wrong, in the order of the schema
     */
    public static List<Cause> validate(JsonNode value, JsonNode old, Structural schema) {
        StructuralValidator validator = new StructuralValidator();
        validator.value(value, old, schema, "");
        return validator.causes;
    }

    private void value(JsonNode value, JsonNode old, Structural schema, String path) {
        if (value.equals(old)) {
            return;
        }
        if (value.isNull()) {
            if (!schema.type().isEmpty() && !schema.isNullable()) {
                wrongType(path, typeName(schema), "null");
            } else if (schema.isIntOrString() && !schema.isNullable()) {
                wrongType(path, "integer,string", "null");
            }
            return;
        }
        type(value, schema, path);
        combinations(value, old, schema, path);
        ValueRules.check(value, schema, path, causes);
        if (value instanceof ObjectNode object) {
            object(object, old, schema, path);
        } else if (value.isArray() && schema.items() != null) {
            for (int i = 0; i < value.size(); i++) {
                JsonNode before = Correlation.element(value.get(i), old, schema);
                value(value.get(i), before, schema.items(), path + "[" + i + "]");
            }
        }
    }

    private void object(ObjectNode object, JsonNode old, Structural schema, String path) {
        for (String name : schema.required()) {
            if (!object.has(name)) {
                causes.add(Cause.required(child(path, name), ""));
            }
        }
        object.properties().forEach(field -> {
            Structural known = schema.property(field.getKey());
            if (known != null) {
                JsonNode before = old == null ? null : old.get(field.getKey());
                value(field.getValue(), before, known, child(path, field.getKey()));
            } else if (schema.forbidsAdditional() && !schema.preservesUnknown()) {
                String at = child(path, field.getKey());
                causes.add(invalid(path, "", at + " in body is a forbidden property"));
            }
        });
    }

    private void type(JsonNode value, Structural schema, String path) {
        String given = typeOf(value);
        if (schema.isIntOrString()) {
            if (!given.equals("integer") && !given.equals("string")) {
                wrongType(path, "integer,string", given);
            }
            return;
        }
        String wanted = schema.type();
        boolean fits = wanted.isEmpty()
                || wanted.equals(given)
                || wanted.equals("number") && given.equals("integer")
                || wanted.equals("integer") && isWholeNumber(value);
        if (!fits) {
            wrongType(path, typeName(schema), given);
        }
    }

    /** For some values of a wrong type the validator names the format that it expected. */
    private static String typeName(Structural schema) {
        return schema.type();
    }

    private void wrongType(String path, String wanted, String given) {
        causes.add(Cause.typeInvalid(
                field(path), given, path + " in body must be of type " + wanted + ": \"" + given + "\""));
    }

    private static boolean isWholeNumber(JsonNode value) {
        return value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
    }

    static String typeOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT, POJO -> "object";
            case ARRAY -> "array";
            case STRING, BINARY -> "string";
            case BOOLEAN -> "boolean";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            case NULL, MISSING -> "null";
        };
    }

    private void combinations(JsonNode value, JsonNode old, Structural schema, String path) {
        if (!schema.anyOf().isEmpty()) {
            List<List<Cause>> found = each(schema.anyOf(), value, old, path);
            if (found.stream().noneMatch(List::isEmpty)) {
                causes.add(whole("\"" + path + "\" must validate at least one schema (anyOf)"));
                causes.addAll(best(found));
            }
        }
        if (!schema.oneOf().isEmpty()) {
            List<List<Cause>> found = each(schema.oneOf(), value, old, path);
            long valid = found.stream().filter(List::isEmpty).count();
            if (valid != 1) {
                String why = valid == 0 ? "Found none valid" : "Found " + valid + " valid alternatives";
                causes.add(whole("\"" + path + "\" must validate one and only one schema (oneOf). " + why));
                causes.addAll(valid == 0 ? best(found) : List.of());
            }
        }
        if (!schema.allOf().isEmpty()) {
            List<List<Cause>> found = each(schema.allOf(), value, old, path);
            found.forEach(causes::addAll);
            long valid = found.stream().filter(List::isEmpty).count();
            if (valid < found.size()) {
                String none = valid == 0 ? ". None validated" : "";
                causes.add(whole("\"" + path + "\" must validate all the schemas (allOf)" + none));
            }
        }
        if (schema.not() != null && part(value, old, schema.not(), path).isEmpty()) {
            causes.add(whole("\"" + path + "\" must not validate the schema (not)"));
        }
    }

    private static List<List<Cause>> each(List<Structural> schemas, JsonNode value, JsonNode old, String path) {
        return schemas.stream().map(schema -> part(value, old, schema, path)).toList();
    }

    /** Never lenient about what was before: whether an alternative holds is a question about the whole value. */
    private static List<Cause> part(JsonNode value, JsonNode old, Structural schema, String path) {
        StructuralValidator validator = new StructuralValidator();
        validator.value(value, null, schema, path);
        return validator.causes;
    }

    private static List<Cause> best(List<List<Cause>> found) {
        return found.stream().min((a, b) -> Integer.compare(a.size(), b.size())).orElse(List.of());
    }

    /** Such errors name no field. */
    private static Cause whole(String detail) {
        return Cause.invalid("<nil>", "", detail);
    }

    static Cause invalid(String path, Object value, String detail) {
        return Cause.invalid(field(path), value, detail);
    }

    static String field(String path) {
        return path.isEmpty() ? "<nil>" : path;
    }

    static String child(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** Whether something is so wrong that rules over the value could not be asked. */
    public static boolean blocksRules(List<Cause> causes) {
        return causes.stream()
                .anyMatch(c -> List.of(
                                "FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany", "FieldValueTypeInvalid")
                        .contains(c.reason()));
    }

    /** A value that an error shows. */
    public static Object shown(JsonNode value) {
        if (value.isTextual()) {
            return value.asText();
        }
        return Optional.of(value)
                .map(v -> (Object) (v.isValueNode() ? v.asText() : v.toString()))
                .map(Plain::new)
                .orElseThrow();
    }

    /** Shown as it is, without quotes. */
    public record Plain(Object text) {
        @Override
        public String toString() {
            return String.valueOf(text);
        }
    }
}

package io.lembos.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.structural.StructuralValidator.Plain;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What a schema demands of one value whatever its parts: bounds, lengths, patterns, formats, closed sets. Pure. */
final class ValueRules {
    private final JsonNode value;
    private final Structural schema;
    private final String path;
    private final List<Cause> causes;

    private ValueRules(JsonNode value, Structural schema, String path, List<Cause> causes) {
        this.value = value;
        this.schema = schema;
        this.path = path;
        this.causes = causes;
    }

    static void check(JsonNode value, Structural schema, String path, List<Cause> causes) {
        ValueRules rules = new ValueRules(value, schema, path, causes);
        switch (value.getNodeType()) {
            case STRING -> rules.text(value.asText());
            case NUMBER -> rules.number(value.decimalValue());
            case ARRAY -> rules.sizes(value.size(), "maxItems", "minItems", "items");
            case OBJECT -> rules.sizes(value.size(), "maxProperties", "minProperties", "properties");
            default -> {}
        }
        rules.closedSet();
    }

    private void text(String text) {
        int length = text.codePointCount(0, text.length());
        schema.count("maxLength").ifPresent(max -> {
            if (length > max) {
                causes.add(Cause.tooLong(path(), (int) Math.min(max, Integer.MAX_VALUE)));
            }
        });
        schema.count("minLength").ifPresent(min -> {
            if (length < min) {
                invalid(text, "should be at least " + min + " chars long");
            }
        });
        schema.pattern().ifPresent(pattern -> {
            if (!pattern.matcher(text).find()) {
                invalid(text, "should match '" + pattern.pattern() + "'");
            }
        });
        if (!schema.format().isEmpty() && !Formats.matches(schema.format(), text)) {
            causes.add(Cause.typeInvalid(
                    path(), text, path + " in body must be of type " + schema.format() + ": \"" + text + "\""));
        }
    }

    private void number(BigDecimal number) {
        Object shown = new Plain(value.asText());
        schema.number("multipleOf")
                .filter(factor ->
                        factor.signum() > 0 && number.remainder(factor).signum() != 0)
                .ifPresent(factor -> invalid(shown, "should be a multiple of " + plain(factor)));
        schema.number("maximum").ifPresent(max -> {
            boolean exclusive = schema.flag("exclusiveMaximum");
            if (exclusive ? number.compareTo(max) >= 0 : number.compareTo(max) > 0) {
                invalid(shown, "should be less than " + (exclusive ? "" : "or equal to ") + plain(max));
            }
        });
        schema.number("minimum").ifPresent(min -> {
            boolean exclusive = schema.flag("exclusiveMinimum");
            if (exclusive ? number.compareTo(min) <= 0 : number.compareTo(min) < 0) {
                invalid(shown, "should be greater than " + (exclusive ? "" : "or equal to ") + plain(min));
            }
        });
        boolean tooLarge = schema.format().equals("int32") && !fitsInt32(number);
        if (tooLarge && schema.type().equals("integer")) {
            invalid(shown, "Checked value must be of type integer with format int32");
        }
    }

    private static boolean fitsInt32(BigDecimal number) {
        return number.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0
                && number.compareTo(BigDecimal.valueOf(Integer.MIN_VALUE)) >= 0;
    }

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    private void sizes(int size, String most, String least, String what) {
        OptionalLong max = schema.count(most);
        OptionalLong min = schema.count(least);
        if (max.isPresent() && size > max.getAsLong()) {
            causes.add(new Cause(
                    "FieldValueTooMany",
                    path(),
                    "Too many: " + size + ": must have at most " + max.getAsLong() + " items"));
        }
        if (min.isPresent() && size < min.getAsLong()) {
            long shown = what.equals("items") ? size : min.getAsLong();
            invalid(new Plain(shown), "should have at least " + min.getAsLong() + " " + what);
        }
    }

    private void closedSet() {
        List<JsonNode> allowed = schema.enumValues();
        Optional<JsonNode> same = allowed.stream().filter(a -> isSame(a, value)).findFirst();
        if (!allowed.isEmpty() && same.isEmpty()) {
            List<String> texts = allowed.stream()
                    .map(a -> a.isTextual() ? a.asText() : a.toString())
                    .toList();
            causes.add(Cause.notSupported(path(), StructuralValidator.shown(value), texts));
        }
    }

    private static boolean isSame(JsonNode a, JsonNode b) {
        return a.isNumber() && b.isNumber() ? a.decimalValue().compareTo(b.decimalValue()) == 0 : a.equals(b);
    }

    private void invalid(Object shown, String detail) {
        boolean own = detail.startsWith("Checked");
        causes.add(StructuralValidator.invalid(path, shown, own ? detail : path + " in body " + detail));
    }

    private String path() {
        return StructuralValidator.field(path);
    }
}

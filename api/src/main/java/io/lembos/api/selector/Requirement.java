package io.lembos.api.selector;

import java.util.Map;
import java.util.Set;

/**
 * One condition on one key.
 *
 * @param values what the operator compares with; empty for Exists and DoesNotExist, one number for Gt and Lt
 */
public record Requirement(String key, Operator operator, Set<String> values) {

    /** Kubernetes' selector operators. */
    public enum Operator {
        In,
        NotIn,
        Exists,
        DoesNotExist,
        Gt,
        Lt
    }

    public Requirement {
        values = Set.copyOf(values);
    }

    public static Requirement equal(String key, String value) {
        return new Requirement(key, Operator.In, Set.of(value));
    }

    public boolean matches(Map<String, String> labels) {
        String value = labels.get(key);
        return switch (operator) {
            case In -> value != null && values.contains(value);
            case NotIn -> value == null || !values.contains(value);
            case Exists -> value != null;
            case DoesNotExist -> value == null;
            case Gt -> number(value) != null && number(value) > limit();
            case Lt -> number(value) != null && number(value) < limit();
        };
    }

    private long limit() {
        return Long.parseLong(values.iterator().next());
    }

    private static Long number(String value) {
        try {
            return value == null ? null : Long.valueOf(value);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}

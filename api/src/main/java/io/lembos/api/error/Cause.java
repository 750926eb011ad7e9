package io.lembos.api.error;

import java.util.Collection;
import java.util.stream.Collectors;

/**
 * One thing that is wrong with one field, in the words of Kubernetes' {@code field.Error}.
 *
 * @param reason the machine-readable kind, for example {@code FieldValueInvalid}
 * @param field the path as Kubernetes writes it, for example {@code spec.containers[0].image}
 * @param message what a person reads, without the path: {@code Required value: must not be empty}
 */
public record Cause(String reason, String field, String message) {

    /** A field that must be given is not there. */
    public static Cause required(String field, String detail) {
        return new Cause(
                "FieldValueRequired", field, detail.isEmpty() ? "Required value" : "Required value: " + detail);
    }

    /** A value that breaks a rule; {@code value} is shown the way Go's {@code %#v} shows it. */
    public static Cause invalid(String field, Object value, String detail) {
        return new Cause("FieldValueInvalid", field, "Invalid value: " + shown(value) + ": " + detail);
    }

    /** A value outside a closed set. */
    public static Cause notSupported(String field, Object value, Collection<String> supported) {
        String list = supported.stream().map(s -> '"' + s + '"').collect(Collectors.joining(", "));
        return new Cause(
                "FieldValueNotSupported", field, "Unsupported value: " + shown(value) + ": supported values: " + list);
    }

    /** The same value stands twice where it must be unique. */
    public static Cause duplicate(String field, Object value) {
        return new Cause("FieldValueDuplicate", field, "Duplicate value: " + shown(value));
    }

    /** A value that names something which is not there. */
    public static Cause notFound(String field, Object value) {
        return new Cause("FieldValueNotFound", field, "Not found: " + shown(value));
    }

    /** A field that may not be set here, or may not change. */
    public static Cause forbidden(String field, String detail) {
        return new Cause("FieldValueForbidden", field, "Forbidden: " + detail);
    }

    /** A value of the wrong JSON type. */
    public static Cause typeInvalid(String field, Object value, String detail) {
        return new Cause("FieldValueTypeInvalid", field, "Invalid value: " + shown(value) + ": " + detail);
    }

    /** A value with more characters than allowed. */
    public static Cause tooLong(String field, int maxLength) {
        return new Cause(
                "FieldValueTooLong",
                field,
                "Too long: may not be more than " + maxLength + (maxLength == 1 ? " byte" : " bytes"));
    }

    /** A list with more elements than allowed. */
    public static Cause tooMany(String field, int elements, int elementsMax) {
        return new Cause(
                "FieldValueTooMany",
                field,
                "Too many: " + elements + ": must have at most " + elementsMax
                        + (elementsMax == 1 ? " item" : " items"));
    }

    /** The line as it stands in the message of an {@code Invalid} status. */
    public String line() {
        return field + ": " + message;
    }

    private static String shown(Object value) {
        return value instanceof CharSequence text
                ? '"' + text.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"'
                : String.valueOf(value);
    }
}

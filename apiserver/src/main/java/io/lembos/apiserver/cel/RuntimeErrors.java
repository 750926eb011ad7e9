package io.lembos.apiserver.cel;

import dev.cel.common.CelErrorCode;
import dev.cel.runtime.CelEvaluationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Failures of programs in the words of cel-go, which clients know. Pure. */
final class RuntimeErrors {
    private static final Pattern PREFIX = Pattern.compile("^evaluation error(?: at [^ ]+)?: ");
    private static final Pattern NO_KEY = Pattern.compile("key '(.*)' is not present in map\\.");

    private RuntimeErrors() {}

    static String words(CelEvaluationException e) {
        String message = PREFIX.matcher(String.valueOf(e.getMessage())).replaceFirst("");
        Matcher key = NO_KEY.matcher(message);
        if (e.getErrorCode() == CelErrorCode.ATTRIBUTE_NOT_FOUND) {
            return "no such key: " + (key.find() ? key.group(1) : message);
        }
        String lower = message.toLowerCase(java.util.Locale.ROOT);
        if (lower.contains("/ by zero") || lower.contains("divide by zero")) {
            return "division by zero";
        }
        if (lower.contains("index out of bounds")) {
            return message.replace("Index", "index");
        }
        return message;
    }
}

package io.lembos.runtime.store;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server asks for, of a {@code WWW-Authenticate} header (RFC 9110, 11.6.1).
 *
 * @param scheme in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,]+))");

    static Challenge of(String header) {
        String[] parts = header.strip().split("\\s+", 2);
        Map<String, String> parameters = new HashMap<>();
        if (parts.length > 1) {
            Matcher matcher = PARAMETER.matcher(parts[1]);
            while (matcher.find()) {
                String value = matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
                parameters.put(matcher.group(1).toLowerCase(Locale.ROOT), value.replaceAll("\\\\(.)", "$1"));
            }
        }
        return new Challenge(parts[0].toLowerCase(Locale.ROOT), parameters);
    }

    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }
}

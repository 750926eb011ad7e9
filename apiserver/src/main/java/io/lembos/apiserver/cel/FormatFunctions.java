package io.lembos.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import io.lembos.api.cel.Functions;
import io.lembos.apiserver.structural.Formats;
import io.lembos.apiserver.validation.Names;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Named forms of texts ({@code format.dns1123Label().validate(x)}) and texts made from values ({@code "%s".format([x])}). */
final class FormatFunctions {
    private static final Map<String, Named> BY_NAME = new TreeMap<>();

    static {
        name("dns1123Label", Names::label);
        name("dns1123Subdomain", Names::subdomain);
        name("dns1035Label", Names::label1035);
        name("qualifiedName", Names::qualifiedName);
        name("labelValue", Names::labelValue);
        name("dns1123LabelPrefix", text -> Names.label(withoutDash(text)));
        name("dns1123SubdomainPrefix", text -> Names.subdomain(withoutDash(text)));
        name("dns1035LabelPrefix", text -> Names.label1035(withoutDash(text)));
        for (String format : List.of("uri", "uuid", "byte", "date")) {
            name(format, text -> of(format, text));
        }
        name("datetime", text -> of("date-time", text));
    }

    private FormatFunctions() {}

    /** A form and what is wrong with a text that does not have it. */
    record Named(String name, Function<String, List<String>> problems) {}

    private static void name(String name, Function<String, List<String>> problems) {
        BY_NAME.put(name, new Named(name, problems));
    }

    private static List<String> of(String format, String text) {
        return Formats.matches(format, text) ? List.of() : List.of("invalid " + format);
    }

    private static String withoutDash(String prefix) {
        return prefix.endsWith("-") ? prefix.substring(0, prefix.length() - 1) + "a" : prefix;
    }

    static void addTo(Functions functions) {
        CelType format = OpaqueTypes.FORMAT;
        CelType text = SimpleType.STRING;
        BY_NAME.forEach((name, named) -> functions.global("format." + name, "format_" + name, format, a -> named));
        functions
                .global(
                        "format.named",
                        "format_named",
                        OptionalType.create(format),
                        a -> Optional.ofNullable(BY_NAME.get((String) a[0])),
                        text)
                .member(
                        "validate",
                        "format_validate",
                        OptionalType.create(ListType.create(text)),
                        a -> Optional.of(((Named) a[0]).problems().apply((String) a[1]))
                                .filter(problems -> !problems.isEmpty()),
                        format,
                        text)
                .member(
                        "format",
                        "string_format",
                        text,
                        a -> formatted((String) a[0], (List<?>) a[1]),
                        text,
                        ListType.create(SimpleType.DYN));
    }

    private static String formatted(String pattern, List<?> values) {
        StringBuilder text = new StringBuilder();
        int next = 0;
        var directive =
                java.util.regex.Pattern.compile("%(%|(\\.\\d+)?([sdfebxXo]))").matcher(pattern);
        int end = 0;
        while (directive.find()) {
            text.append(pattern, end, directive.start());
            end = directive.end();
            if (directive.group().equals("%%")) {
                text.append('%');
                continue;
            }
            if (next >= values.size()) {
                throw new IllegalArgumentException("index " + next + " out of range");
            }
            text.append(formatted(directive.group(3), directive.group(2), values.get(next++)));
        }
        return text.append(pattern.substring(end)).toString();
    }

    private static String formatted(String kind, String precision, Object value) {
        String digits = precision == null ? ".6" : precision;
        return switch (kind) {
            case "f", "e" -> String.format(java.util.Locale.ROOT, "%" + digits + kind, ((Number) value).doubleValue());
            case "d" -> String.valueOf(value);
            case "b" -> value instanceof Boolean truth ? (truth ? "1" : "0") : Long.toBinaryString((Long) value);
            case "o" -> Long.toOctalString((Long) value);
            case "x" -> Long.toHexString((Long) value);
            case "X" -> Long.toHexString((Long) value).toUpperCase(java.util.Locale.ROOT);
            default -> shown(value);
        };
    }

    private static String shown(Object value) {
        return switch (value) {
            case List<?> list ->
                list.stream().map(FormatFunctions::shown).toList().toString();
            case Map<?, ?> map -> {
                TreeMap<String, String> sorted = new TreeMap<>();
                map.forEach((k, v) -> sorted.put(shown(k), shown(v)));
                StringBuilder text = new StringBuilder("{");
                sorted.forEach((k, v) -> text.append(text.length() > 1 ? ", " : "")
                        .append(k)
                        .append(": ")
                        .append(v));
                yield text.append('}').toString();
            }
            case Double real when real == Math.rint(real) && Math.abs(real) < 1e15 -> String.valueOf(real.longValue());
            default -> String.valueOf(value);
        };
    }
}

package io.lembos.apiserver.structural;

import com.google.re2j.Pattern;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The formats of texts that are checked; all others are only a hint for people. Pure. */
public final class Formats {
    private static final Set<String> NUMBERS = Set.of("int32", "int64", "float", "double");
    private static final Map<String, Predicate<String>> CHECKS = new HashMap<>();

    static {
        String uuid = "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?%s[0-9a-f]{3}-?%s[0-9a-f]{3}-?[0-9a-f]{12}$";
        CHECKS.put("uuid", matching(uuid.formatted("[0-9a-f]", "[0-9a-f]")));
        CHECKS.put("uuid3", matching(uuid.formatted("3", "[0-9a-f]")));
        CHECKS.put("uuid4", matching(uuid.formatted("4", "[89ab]")));
        CHECKS.put("uuid5", matching(uuid.formatted("5", "[89ab]")));
        CHECKS.put("bsonobjectid", matching("^[0-9a-fA-F]{24}$"));
        CHECKS.put("email", matching("^[^@\\s]+@[^@\\s]+$"));
        CHECKS.put(
                "hostname",
                matching("^([a-zA-Z0-9\\p{L}]|[a-zA-Z0-9\\p{L}][-a-zA-Z0-9\\p{L}]{0,61}[a-zA-Z0-9\\p{L}])"
                        + "(\\.([a-zA-Z0-9\\p{L}]|[a-zA-Z0-9\\p{L}][-a-zA-Z0-9\\p{L}]{0,61}[a-zA-Z0-9\\p{L}]))*$"));
        CHECKS.put("mac", matching("^([0-9a-fA-F]{2}([:-])){5}[0-9a-fA-F]{2}$|^([0-9a-fA-F]{4}\\.){2}[0-9a-fA-F]{4}$"));
        CHECKS.put("ssn", matching("^\\d{3}[- ]?\\d{2}[- ]?\\d{4}$"));
        CHECKS.put("hexcolor", matching("^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"));
        CHECKS.put("rgbcolor", matching("^rgb\\(\\s*\\d{1,3}\\s*,\\s*\\d{1,3}\\s*,\\s*\\d{1,3}\\s*\\)$"));
        CHECKS.put("creditcard", matching("^\\d[\\d -]{11,21}\\d$"));
        CHECKS.put("isbn", text -> isIsbn(text, 10) || isIsbn(text, 13));
        CHECKS.put("isbn10", text -> isIsbn(text, 10));
        CHECKS.put("isbn13", text -> isIsbn(text, 13));
        CHECKS.put("byte", matching("^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"));
        CHECKS.put("password", text -> true);
        CHECKS.put("ipv4", text -> Ip.isV4(text));
        CHECKS.put("ipv6", text -> Ip.isV6(text));
        CHECKS.put("cidr", text -> Ip.isCidr(text));
        CHECKS.put("uri", Formats::isUri);
        CHECKS.put("date", parses(LocalDate::parse));
        CHECKS.put("date-time", parses(text -> OffsetDateTime.parse(text.replace(' ', 'T'))));
        CHECKS.put("datetime", CHECKS.get("date-time"));
        CHECKS.put(
                "duration",
                matching(
                        "^([-+]?(\\d+(\\.\\d*)?|\\.\\d+) ?(ns|us|µs|ms|[smhdw]|nanoseconds?|microseconds?|milliseconds?"
                                + "|seconds?|minutes?|hours?|days?|weeks?) ?)+$"));
        CHECKS.put("k8s-short-name", matching("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"));
        CHECKS.put("k8s-long-name", matching("^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"));
    }

    private Formats() {}

    /** Whether anything is checked for this format. */
    public static boolean isSupported(String format) {
        return CHECKS.containsKey(format) || NUMBERS.contains(format);
    }

    /** Whether a text has the format; true for formats of numbers. */
    public static boolean matches(String format, String text) {
        Predicate<String> check = CHECKS.get(format);
        return check == null || check.test(text);
    }

    private static Predicate<String> matching(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return text -> pattern.matcher(text).find();
    }

    private interface Parse {
        Object of(String text);
    }

    private static Predicate<String> parses(Parse parse) {
        return text -> {
            try {
                parse.of(text);
                return true;
            } catch (DateTimeException e) {
                return false;
            }
        };
    }

    private static boolean isUri(String text) {
        try {
            URI uri = new URI(text);
            return uri.isAbsolute() || text.startsWith("/");
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isIsbn(String text, int length) {
        String digits = text.replace("-", "").replace(" ", "");
        boolean form = length == 10 ? digits.matches("\\d{9}[\\dX]") : digits.matches("97[89]\\d{10}");
        if (!form) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < length; i++) {
            int digit = digits.charAt(i) == 'X' ? 10 : digits.charAt(i) - '0';
            sum += digit * (length == 10 ? 10 - i : i % 2 == 0 ? 1 : 3);
        }
        return sum % (length == 10 ? 11 : 10) == 0;
    }
}

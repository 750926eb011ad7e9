package io.lembos.api.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Semantic versions as values. */
public final class SemverFunctions {
    public static final CelType SEMVER = OpaqueType.create("kubernetes.Semver");
    private static final Pattern FORM = Pattern.compile(
            "(0|[1-9]\\d{0,17})\\.(0|[1-9]\\d{0,17})\\.(0|[1-9]\\d{0,17})(?:-([0-9A-Za-z.-]+))?(?:\\+([0-9A-Za-z.-]+))?");

    private SemverFunctions() {}

    /** A version; its build does not count. */
    public record Version(long major, long minor, long patch, String pre) implements Comparable<Version> {
        public static Version parse(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("No Major.Minor.Patch elements found");
            }
            return new Version(
                    Long.parseLong(matcher.group(1)),
                    Long.parseLong(matcher.group(2)),
                    Long.parseLong(matcher.group(3)),
                    matcher.group(4) == null ? "" : matcher.group(4));
        }

        @Override
        public int compareTo(Version other) {
            int order = Long.compare(major, other.major);
            order = order != 0 ? order : Long.compare(minor, other.minor);
            order = order != 0 ? order : Long.compare(patch, other.patch);
            if (order != 0 || pre.equals(other.pre)) {
                return order;
            }
            if (pre.isEmpty() || other.pre.isEmpty()) {
                return pre.isEmpty() ? 1 : -1;
            }
            return comparePre(pre.split("\\."), other.pre.split("\\."));
        }

        private static int comparePre(String[] a, String[] b) {
            for (int i = 0; i < Math.min(a.length, b.length); i++) {
                boolean number = a[i].matches("\\d+");
                boolean otherNumber = b[i].matches("\\d+");
                int order = number && otherNumber
                        ? new BigInteger(a[i]).compareTo(new BigInteger(b[i]))
                        : number == otherNumber ? a[i].compareTo(b[i]) : number ? -1 : 1;
                if (order != 0) {
                    return Integer.signum(order);
                }
            }
            return Integer.compare(a.length, b.length);
        }
    }

    static void addTo(Functions functions) {
        CelType semver = SEMVER;
        CelType bool = SimpleType.BOOL;
        CelType whole = SimpleType.INT;
        functions
                .opaque(semver, Version.class)
                .global("semver", "string_to_semver", semver, a -> Version.parse((String) a[0]), SimpleType.STRING)
                .global(
                        "isSemver",
                        "is_semver_string",
                        bool,
                        a -> FORM.matcher((String) a[0]).matches(),
                        SimpleType.STRING)
                .member("major", "semver_major", whole, a -> ((Version) a[0]).major(), semver)
                .member("minor", "semver_minor", whole, a -> ((Version) a[0]).minor(), semver)
                .member("patch", "semver_patch", whole, a -> ((Version) a[0]).patch(), semver)
                .member("isLessThan", "semver_is_less_than", bool, a -> compare(a) < 0, semver, semver)
                .member("isGreaterThan", "semver_is_greater_than", bool, a -> compare(a) > 0, semver, semver)
                .member(
                        "compareTo",
                        "semver_compare_to",
                        whole,
                        a -> (long) Integer.signum(compare(a)),
                        semver,
                        semver);
    }

    private static int compare(Object[] arguments) {
        return ((Version) arguments[0]).compareTo((Version) arguments[1]);
    }
}

package io.lembos.apiserver.crd;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The order in which discovery shows versions: stable ones before beta before alpha, then the higher number, then names. */
final class VersionOrder implements Comparator<String> {
    private static final Pattern FORM = Pattern.compile("v([1-9]\\d{0,8})(?:(alpha|beta)([1-9]\\d{0,8}))?");

    @Override
    public int compare(String a, String b) {
        Matcher left = FORM.matcher(a);
        Matcher right = FORM.matcher(b);
        boolean known = left.matches();
        boolean otherKnown = right.matches();
        if (!known || !otherKnown) {
            return known == otherKnown ? a.compareTo(b) : known ? -1 : 1;
        }
        int byStability = Integer.compare(stability(right), stability(left));
        int byMajor = byStability != 0 ? byStability : Integer.compare(number(right, 1), number(left, 1));
        return byMajor != 0 ? byMajor : Integer.compare(number(right, 3), number(left, 3));
    }

    private static int stability(Matcher version) {
        return version.group(2) == null ? 2 : version.group(2).equals("beta") ? 1 : 0;
    }

    private static int number(Matcher version, int group) {
        return version.group(group) == null ? 0 : Integer.parseInt(version.group(group));
    }
}

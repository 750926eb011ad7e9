package io.lembos.bootstrap.cli;

import java.util.Comparator;

/** Names in the order in which people count: {@code sim-2} before {@code sim-10}. */
enum NaturalOrder implements Comparator<String> {
    INSTANCE;

    @Override
    public int compare(String one, String other) {
        int byStem = stem(one).compareTo(stem(other));
        if (byStem != 0) {
            return byStem;
        }
        String number = one.substring(stem(one).length());
        String otherNumber = other.substring(stem(other).length());
        int byLength = Integer.compare(number.length(), otherNumber.length());
        return byLength != 0 ? byLength : number.compareTo(otherNumber);
    }

    private static String stem(String name) {
        int end = name.length();
        while (end > 0 && Character.isDigit(name.charAt(end - 1))) {
            end--;
        }
        return name.substring(0, end);
    }
}

package io.lembos.api.selector;

import io.lembos.api.selector.Requirement.Operator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads selectors as they stand in a query: {@code app=web,tier in (a,b),!old} for labels, {@code
 * status.phase!=Running} for fields. Bad text gives an {@link IllegalArgumentException} that says what was expected.
 *
 * <p>Grammar: apimachinery's {@code labels.Parse} and {@code fields.ParseSelector}.
 */
public final class SelectorParser {
    private final String text;
    private int at;

    private SelectorParser(String text) {
        this.text = text;
    }

    public static Selector labels(String text) {
        if (text == null || text.isBlank()) {
            return Selector.EVERYTHING;
        }
        return new SelectorParser(text).parse();
    }

    /** Fields know only {@code =}, {@code ==} and {@code !=}, and backslash escapes in values. */
    public static Selector fields(String text) {
        if (text == null || text.isBlank()) {
            return Selector.EVERYTHING;
        }
        List<Requirement> requirements = new ArrayList<>();
        for (String term : splitUnescaped(text)) {
            requirements.add(field(term));
        }
        return new Selector(requirements);
    }

    private static Requirement field(String term) {
        int i = term.indexOf('=');
        if (i <= 0) {
            throw new IllegalArgumentException("invalid selector: '" + term + "'; can't understand '" + term + "'");
        }
        boolean not = term.charAt(i - 1) == '!';
        String key = term.substring(0, not ? i - 1 : i);
        int start = i + 1 < term.length() && term.charAt(i + 1) == '=' ? i + 2 : i + 1;
        String value = term.substring(start).replaceAll("\\\\([\\\\,=])", "$1");
        return new Requirement(key, not ? Operator.NotIn : Operator.In, Set.of(value));
    }

    private static List<String> splitUnescaped(String text) {
        List<String> terms = new ArrayList<>();
        StringBuilder term = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                term.append(c).append(text.charAt(++i));
            } else if (c == ',') {
                terms.add(term.toString());
                term.setLength(0);
            } else {
                term.append(c);
            }
        }
        terms.add(term.toString());
        terms.removeIf(String::isBlank);
        return terms;
    }

    private Selector parse() {
        List<Requirement> requirements = new ArrayList<>();
        do {
            requirements.add(requirement());
            space();
        } while (accept(','));
        if (at < text.length()) {
            throw unexpected("',' or 'end of string'");
        }
        return new Selector(requirements);
    }

    private Requirement requirement() {
        space();
        if (accept('!')) {
            return new Requirement(word("a key"), Operator.DoesNotExist, Set.of());
        }
        String key = word("a key");
        space();
        if (at == text.length() || peek() == ',') {
            return new Requirement(key, Operator.Exists, Set.of());
        }
        if (accept('!')) {
            expect('=');
            return new Requirement(key, Operator.NotIn, Set.of(value()));
        }
        if (accept('=')) {
            accept('=');
            return new Requirement(key, Operator.In, Set.of(value()));
        }
        if (accept('>')) {
            return new Requirement(key, Operator.Gt, Set.of(number()));
        }
        if (accept('<')) {
            return new Requirement(key, Operator.Lt, Set.of(number()));
        }
        return setRequirement(key);
    }

    private Requirement setRequirement(String key) {
        String operator = word("one of '=', '!=', '==', 'in', 'notin', '>', '<'");
        return switch (operator) {
            case "in" -> new Requirement(key, Operator.In, values());
            case "notin" -> new Requirement(key, Operator.NotIn, values());
            default ->
                throw new IllegalArgumentException("unable to parse requirement: found '" + operator
                        + "', expected: in, notin, =, ==, !=, gt, lt");
        };
    }

    private Set<String> values() {
        space();
        expect('(');
        Set<String> values = new HashSet<>();
        do {
            space();
            values.add(value());
            space();
        } while (accept(','));
        expect(')');
        return values;
    }

    private String value() {
        space();
        int start = at;
        while (at < text.length() && isWord(peek())) {
            at++;
        }
        return text.substring(start, at);
    }

    private String number() {
        String value = value();
        try {
            return Long.toString(Long.parseLong(value));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "for 'Gt', 'Lt' operators, the value must be an integer: found '" + value + "'");
        }
    }

    private String word(String expected) {
        space();
        String word = value();
        if (word.isEmpty()) {
            throw unexpected(expected);
        }
        return word;
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.' || c == '/';
    }

    private void space() {
        while (at < text.length() && Character.isWhitespace(peek())) {
            at++;
        }
    }

    private char peek() {
        return text.charAt(at);
    }

    private boolean accept(char c) {
        if (at < text.length() && peek() == c) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char c) {
        if (!accept(c)) {
            throw unexpected("'" + c + "'");
        }
    }

    private IllegalArgumentException unexpected(String expected) {
        String found = at < text.length() ? text.substring(at) : "";
        return new IllegalArgumentException(
                "unable to parse requirement: found '" + found + "', expected: " + expected);
    }
}

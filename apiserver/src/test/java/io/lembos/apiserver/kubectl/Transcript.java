package io.lembos.apiserver.kubectl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a user types and sees, as written down by a test:
 *
 * <pre>
 * ## from 1.28
 * $ kubectl get pod a &lt;&lt;E
 * &gt; more of the command
 * NAME   AGE
 * a      ‹age›
 * [1]
 * </pre>
 *
 * {@code $} begins a command and {@code >} continues it, {@code [1]} is an exit code other than zero, and what stands
 * between them is seen. {@code ‹…›} is a regular expression or one of the {@link #WORDS}. A comment like
 * {@code ## from 1.28} or {@code ## until 1.30} leaves the next command to the versions of kubectl that it names; any other
 * comment is for the reader. Blanks at the end of a line do not count.
 */
record Transcript(List<Step> steps) {
    private static final Map<String, String> WORDS = words();
    private static final Pattern HOLE = Pattern.compile("‹(.*?)›");
    private static final Pattern LIMIT = Pattern.compile("## (from|until) 1\\.(\\d+)");

    /** A command, and what it is expected to show. */
    record Step(String command, String shows, int from, int until) {
        boolean isFor(int minor) {
            return from <= minor && minor <= until;
        }

        boolean matches(String seen) {
            StringBuilder pattern = new StringBuilder();
            Matcher hole = HOLE.matcher(shows);
            int at = 0;
            for (; hole.find(); at = hole.end()) {
                pattern.append(Pattern.quote(shows.substring(at, hole.start())));
                pattern.append("(?:")
                        .append(WORDS.getOrDefault(hole.group(1), hole.group(1)))
                        .append(')');
            }
            return seen.matches(pattern + Pattern.quote(shows.substring(at)));
        }
    }

    static Transcript of(String text) {
        List<Step> steps = new ArrayList<>();
        String command = null;
        StringBuilder shows = new StringBuilder();
        int from = 0;
        int until = Integer.MAX_VALUE;
        int nextFrom = 0;
        int nextUntil = Integer.MAX_VALUE;
        for (String line : (text + "$ ").lines().toList()) {
            Matcher limit = LIMIT.matcher(line);
            if (line.startsWith("$ ")) {
                if (command != null) {
                    steps.add(new Step(command, shows.toString(), from, until));
                }
                command = line.substring(2);
                shows.setLength(0);
                from = nextFrom;
                until = nextUntil;
                nextFrom = 0;
                nextUntil = Integer.MAX_VALUE;
            } else if (limit.matches()) {
                nextFrom = limit.group(1).equals("from") ? Integer.parseInt(limit.group(2)) : nextFrom;
                nextUntil = limit.group(1).equals("until") ? Integer.parseInt(limit.group(2)) : nextUntil;
            } else if (line.startsWith("> ") && shows.isEmpty()) {
                command += "\n" + line.substring(2);
            } else if (!line.startsWith("## ")) {
                shows.append(line.stripTrailing()).append('\n');
            }
        }
        return new Transcript(steps);
    }

    /** Types every step for a version of kubectl, and tells where something else was seen; empty if nowhere. */
    String differences(int minor, Function<String, String> shell) {
        StringBuilder differences = new StringBuilder();
        for (Step step : steps) {
            if (step.isFor(minor)) {
                String seen = shell.apply(step.command());
                if (!step.matches(seen)) {
                    differences
                            .append("$ ")
                            .append(step.command().replace("\n", "\n> "))
                            .append('\n');
                    differences.append(seen).append("-- but expected\n").append(step.shows());
                }
            }
        }
        return differences.toString();
    }

    /** What a user sees of an output and an exit code. */
    static String seen(String output, int code) {
        StringBuilder seen = new StringBuilder();
        output.lines().forEach(line -> seen.append(line.stripTrailing()).append('\n'));
        return code == 0
                ? seen.toString()
                : seen.append('[').append(code).append("]\n").toString();
    }

    private static Map<String, String> words() {
        Map<String, String> words = new LinkedHashMap<>();
        words.put("age", "\\d+s");
        words.put("any", "[^\n]*");
        words.put("more", "[\\s\\S]*");
        words.put("number", "\\d+");
        words.put("time", "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
        words.put("uid", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        return words;
    }
}

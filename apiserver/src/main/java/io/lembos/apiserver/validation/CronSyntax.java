package io.lembos.apiserver.validation;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether a schedule can be read, in the words of the parser that Kubernetes uses (robfig/cron). Pure. */
final class CronSyntax {
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");
    private static final List<String> DESCRIPTORS =
            List.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");

    /** One of the five fields. */
    private record Bounds(int min, int max, List<String> names, int first) {}

    private static final List<Bounds> FIELDS = List.of(
            new Bounds(0, 59, List.of(), 0),
            new Bounds(0, 23, List.of(), 0),
            new Bounds(1, 31, List.of(), 0),
            new Bounds(1, 12, MONTHS, 1),
            new Bounds(0, 6, DAYS, 0));

    /** A part that cannot be read. */
    private static final class Unreadable extends RuntimeException {
        Unreadable(String why) {
            super(why, null, false, false);
        }
    }

    private CronSyntax() {}

    /** What is wrong. */
    static Optional<String> check(String schedule) {
        if (schedule.startsWith("TZ=") || schedule.startsWith("CRON_TZ=")) {
            return Optional.of("cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
        }
        if (schedule.startsWith("@")) {
            boolean known = DESCRIPTORS.contains(schedule) || schedule.matches("@every ([0-9.]+(ns|us|ms|s|m|h))+");
            return known ? Optional.empty() : Optional.of("unrecognized descriptor: " + schedule);
        }
        String[] fields = schedule.strip().split("\\s+");
        if (fields.length != FIELDS.size()) {
            return Optional.of("expected exactly 5 fields, found " + fields.length + ": "
                    + Arrays.toString(fields).replace(",", ""));
        }
        try {
            for (int i = 0; i < fields.length; i++) {
                for (String range : fields[i].split(",")) {
                    range(range, FIELDS.get(i));
                }
            }
            return Optional.empty();
        } catch (Unreadable e) {
            return Optional.of(e.getMessage());
        }
    }

    static boolean isTimeZone(String name) {
        try {
            return !name.equalsIgnoreCase("Local") && ZoneId.of(name) != null;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static void range(String text, Bounds bounds) {
        String[] step = text.split("/", -1);
        String[] ends = step[0].split("-", -1);
        if (step.length > 2) {
            throw new Unreadable("too many slashes: " + text);
        }
        if (ends.length > 2) {
            throw new Unreadable("too many hyphens: " + text);
        }
        int start = bounds.min();
        int end = bounds.max();
        if (!ends[0].equals("*") && !ends[0].equals("?")) {
            start = number(ends[0], bounds);
            end = ends.length == 2 ? number(ends[1], bounds) : step.length == 2 ? bounds.max() : start;
        }
        if (step.length == 2 && number(step[1], new Bounds(0, 0, List.of(), 0)) == 0) {
            throw new Unreadable("step of range should be a positive number: " + text);
        }
        if (start < bounds.min()) {
            throw new Unreadable("beginning of range (" + start + ") below minimum (" + bounds.min() + "): " + text);
        }
        if (end > bounds.max()) {
            throw new Unreadable("end of range (" + end + ") above maximum (" + bounds.max() + "): " + text);
        }
        if (start > end) {
            throw new Unreadable("beginning of range (" + start + ") beyond end of range (" + end + "): " + text);
        }
    }

    private static int number(String text, Bounds bounds) {
        int named = bounds.names().indexOf(text.toLowerCase(Locale.ROOT));
        if (named >= 0) {
            return named + bounds.first();
        }
        if (!text.matches("[0-9]{1,9}")) {
            throw new Unreadable(
                    "failed to parse int from " + text + ": strconv.Atoi: parsing \"" + text + "\": invalid syntax");
        }
        return Integer.parseInt(text);
    }
}

package io.lembos.apiserver.schema;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The two written forms of a moment in Kubernetes: to the second ({@code Time}) and to the microsecond. Pure. */
public final class Times {
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private Times() {}

    /** {@code 2006-01-02T15:04:05Z}. */
    public static String seconds(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** {@code 2006-01-02T15:04:05.000000Z}. */
    public static String micros(Instant moment) {
        return MICROS.format(moment);
    }

    /** Whether the text is a moment in UTC in whole seconds, as nearly all are; the last days of months are left to {@link #parse}. */
    static boolean isPlainlySeconds(String text) {
        return text.length() == 20
                && text.charAt(4) == '-'
                && text.charAt(7) == '-'
                && text.charAt(10) == 'T'
                && text.charAt(13) == ':'
                && text.charAt(16) == ':'
                && text.charAt(19) == 'Z'
                && between(text, 0, 2, 0, 99)
                && between(text, 2, 2, 0, 99)
                && between(text, 5, 2, 1, 12)
                && between(text, 8, 2, 1, 28)
                && between(text, 11, 2, 0, 23)
                && between(text, 14, 2, 0, 59)
                && between(text, 17, 2, 0, 59);
    }

    private static boolean between(String text, int from, int length, int least, int most) {
        int number = 0;
        for (int i = from; i < from + length; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            number = number * 10 + digit;
        }
        return number >= least && number <= most;
    }

    /** Reads RFC 3339; empty where the text is something else. */
    public static Optional<Instant> parse(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}

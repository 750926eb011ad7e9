package io.lembos.api.time;

import java.math.BigDecimal;
import java.time.Duration;

/** Durations as Go prints them: {@code 532ms}, {@code 1.5s}, {@code 2m40s}, {@code 1h0m0s}. Pure. */
public final class GoDuration {

    private GoDuration() {}

    /** @param duration not negative; less than a millisecond is left out */
    public static String of(Duration duration) {
        if (duration.isZero() || duration.toMillis() == 0) {
            return "0s";
        }
        if (duration.toSeconds() == 0) {
            return duration.toMillis() + "ms";
        }
        String hours = duration.toHours() > 0 ? duration.toHours() + "h" : "";
        String minutes = duration.toMinutes() > 0 ? duration.toMinutesPart() + "m" : "";
        BigDecimal seconds = BigDecimal.valueOf(duration.toSecondsPart() * 1000L + duration.toMillisPart(), 3)
                .stripTrailingZeros();
        return hours + minutes + seconds.toPlainString() + "s";
    }
}

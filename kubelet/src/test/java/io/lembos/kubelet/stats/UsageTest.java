package io.lembos.kubelet.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UsageTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final UsageRates rates = new UsageRates();

    @Test
    void aSpeedNeedsTwoReadingsThatAreApart() {
        assertThat(take(0, 1_000)).isFalse();
        assertThat(take(100, 2_000)).isFalse();
        assertThat(take(2_000, 5_000)).isTrue();
        assertThat(rates.of("a")).contains(rate(2_000, 2_000));
        assertThat(take(2_500, 6_000)).isTrue();
        assertThat(rates.of("a")).contains(rate(2_000, 2_500));
    }

    @Test
    void whatIsTooCloseSaysNothingNew() {
        take(0, 0);
        take(10_000, 10_000);
        assertThat(take(10_900, 99_000)).isTrue();
        assertThat(rates.of("a")).contains(rate(1_000, 10_000));
        take(12_000, 30_000);
        assertThat(rates.of("a")).contains(rate(10_000, 2_000));
    }

    @Test
    void aReadingOfLongAgoSaysNothingAboutNow() {
        take(0, 0);
        take(5_000, 5_000);
        assertThat(take(66_000, 6_000)).isFalse();
        assertThat(take(67_000, 6_500)).isTrue();
        assertThat(rates.of("a")).contains(rate(500, 1_000));
    }

    @Test
    void whatHasBegunJustNowIsMeasuredFromThere() {
        assertThat(rates.take("a", START, START.plusMillis(400), 10)).isFalse();
        assertThat(rates.take("a", START, START.plusSeconds(4), 8_000)).isTrue();
        assertThat(rates.of("a")).contains(rate(2_000, 4_000));
        assertThat(rates.take("b", START, START.plusSeconds(4), 8_000)).isTrue();
        assertThat(rates.take("c", START, START.plusSeconds(61), 8_000)).isFalse();
    }

    @Test
    void aCounterThatBeginsAnewHasNoSpeedYet() {
        take(0, 1_000);
        assertThat(take(5_000, 10)).isFalse();
        assertThat(take(6_000, 30)).isTrue();
        assertThat(rates.of("a")).contains(rate(20, 1_000));
    }

    @Test
    void whatIsGoneIsForgotten() {
        take(0, 1_000);
        rates.keepOnly(Set.of("b"));
        assertThat(take(2_000, 2_000)).isFalse();
        assertThat(rates.of("a")).isEmpty();
    }

    private boolean take(long millis, long value) {
        return rates.take("a", Instant.EPOCH, START.plusMillis(millis), value);
    }

    private static UsageRates.Rate rate(long perSecond, long millis) {
        return new UsageRates.Rate(perSecond, Duration.ofMillis(millis));
    }

    @Test
    void idleTimeIsNotUse() {
        MachineUsage usage = MachineUsage.of(
                List.of("cpu  100 10 50 9999 77 1 2 3 40 0", "cpu0 1 1 1 1"),
                List.of("MemTotal:  1000 kB", "MemFree: 1 kB", "MemAvailable:     400 kB", "HugePages_Total:       0"));

        assertThat(usage).isEqualTo(new MachineUsage(1_660_000_000L, 600 * 1024, 400 * 1024, 1000 * 1024));
    }
}

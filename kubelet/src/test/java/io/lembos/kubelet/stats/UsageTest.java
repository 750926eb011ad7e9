package io.lembos.kubelet.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UsageTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void aRateNeedsTwoReadingsThatAreApart() {
        UsageRates rates = new UsageRates();

        assertThat(rates.perSecond("a", START, 1_000)).isEmpty();
        assertThat(rates.perSecond("a", START.plusMillis(100), 2_000)).isEmpty();
        assertThat(rates.perSecond("a", START.plusSeconds(2), 5_000)).isEqualTo(OptionalLong.of(2_000));
        assertThat(rates.perSecond("a", START.plusMillis(2_100), 9_000))
                .as("too close to say anything new")
                .isEqualTo(OptionalLong.of(2_000));
    }

    @Test
    void aCounterThatBeginsAnewHasNoRateYet() {
        UsageRates rates = new UsageRates();
        rates.perSecond("a", START, 1_000);

        assertThat(rates.perSecond("a", START.plusSeconds(5), 10)).isEmpty();
        assertThat(rates.perSecond("a", START.plusSeconds(6), 30)).isEqualTo(OptionalLong.of(20));
    }

    @Test
    void whatIsGoneIsForgotten() {
        UsageRates rates = new UsageRates();
        rates.perSecond("a", START, 1_000);
        rates.keepOnly(Set.of("b"));

        assertThat(rates.perSecond("a", START.plusSeconds(1), 2_000)).isEmpty();
    }

    @Test
    void idleTimeIsNotUse() {
        MachineUsage usage = MachineUsage.of(
                List.of("cpu  100 10 50 9999 77 1 2 3 40 0", "cpu0 1 1 1 1"),
                List.of("MemTotal:  1000 kB", "MemFree: 1 kB", "MemAvailable:     400 kB", "HugePages_Total:       0"));

        assertThat(usage).isEqualTo(new MachineUsage(1_660_000_000L, 600 * 1024, 400 * 1024, 1000 * 1024));
    }
}

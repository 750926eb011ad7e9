package io.lembos.kubelet.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.api.time.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private final FakeClock clock = new FakeClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final List<String> beats = new ArrayList<>();
    private final Heartbeats heartbeats = new Heartbeats(clock, PERIOD, beats::add);

    @Test
    void everyNodeBeatsOncePerPeriod() {
        add(250);
        clock.advance(PERIOD.multipliedBy(3));

        assertThat(beats).hasSize(750);
        assertThat(beats.stream().distinct()).hasSize(250).allMatch(name -> Collections.frequency(beats, name) == 3);
    }

    @Test
    void nodesAreSpreadEvenlyAndAFewFarFromEachOther() {
        add(500);
        for (int i = 0; i < Heartbeats.SLOTS; i++) {
            beats.clear();
            clock.advance(PERIOD.dividedBy(Heartbeats.SLOTS));
            assertThat(beats).hasSize(5);
        }
        heartbeats.close();
        beats.clear();
        try (Heartbeats few = new Heartbeats(clock, PERIOD, beats::add)) {
            few.add("one");
            few.add("two");
            clock.advance(PERIOD.dividedBy(4));
            assertThat(beats).hasSizeLessThan(2);
        }
    }

    @Test
    void oneTimerServesAllAndNoneWaitsForNobody() {
        add(1000);
        assertThat(clock.pending()).isEqualTo(1);
        for (int i = 0; i < 1000; i++) {
            heartbeats.remove("n" + i);
        }
        assertThat(clock.pending()).isZero();
        clock.advance(PERIOD);
        assertThat(beats).isEmpty();
    }

    @Test
    void aSecondAddingChangesNothing() {
        assertThat(heartbeats.add("n")).isTrue();
        assertThat(heartbeats.add("n")).isFalse();
        clock.advance(PERIOD);
        assertThat(beats).containsExactly("n");
    }

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            heartbeats.add("n" + i);
        }
    }
}

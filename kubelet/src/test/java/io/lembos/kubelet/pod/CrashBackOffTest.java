package io.lembos.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrashBackOffTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private final CrashBackOff backOff = new CrashBackOff();

    @Test
    void firstRestartIsAtOnceThenTheDelayDoublesUpToFiveMinutes() {
        List<Long> seconds = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            end("c" + i, Duration.ofSeconds(1));
            seconds.add(backOff.delay("main").toSeconds());
        }
        assertThat(seconds).containsExactly(0L, 10L, 20L, 40L, 80L, 160L, 300L, 300L);
    }

    @Test
    void oneEndIsCountedOnce() {
        end("c0", Duration.ofSeconds(1));
        end("c0", Duration.ofSeconds(1));
        assertThat(backOff.delay("main")).isZero();
    }

    @Test
    void containerThatRanLongIsForgiven() {
        for (int i = 0; i < 5; i++) {
            end("c" + i, Duration.ofSeconds(1));
        }
        end("long", Duration.ofMinutes(10));
        assertThat(backOff.delay("main")).isZero();
    }

    @Test
    void restartCountOfAnEarlierLifeOfTheAgentCounts() {
        backOff.countEnd("main", "c9", 3, START, START.plusSeconds(1));
        assertThat(backOff.delay("main")).isEqualTo(Duration.ofSeconds(40));
    }

    private void end(String id, Duration ran) {
        backOff.countEnd("main", id, 0, START, START.plus(ran));
    }
}

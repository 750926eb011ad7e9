package io.lembos.kubelet.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PressureStateTest {
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
    private static final Threshold SOFT = new Threshold(
            Signal.MEMORY_AVAILABLE, Amount.parse("200"), Duration.ofMinutes(2), Optional.of(Amount.parse("50")));
    private static final Threshold HARD =
            new Threshold(Signal.MEMORY_AVAILABLE, Amount.parse("100"), Duration.ZERO, Optional.of(Amount.parse("50")));

    @ParameterizedTest
    @CsvSource({
        // memory and disk that are free of 1000, thresholds that are due, conditions
        "1000, 1000, '', ''",
        "100, 100, '', ''",
        "99, 1000, memory.available, MemoryPressure",
        "1000, 99, nodefs.available, DiskPressure",
        "99, 99, 'memory.available nodefs.available', 'MemoryPressure DiskPressure'",
    })
    void thresholdIsMetWhenLessIsFreeThanItSays(long memory, long disk, String due, String conditions) {
        var settings = new EvictionSettings(
                List.of(
                        Threshold.hard(Signal.NODE_DISK_AVAILABLE, "10%"),
                        Threshold.hard(Signal.MEMORY_AVAILABLE, "100")),
                Duration.ofMinutes(5),
                Duration.ZERO);
        PressureState state = PressureState.NONE.next(
                settings,
                Map.of(
                        Signal.MEMORY_AVAILABLE, new Observation(memory, 1000),
                        Signal.NODE_DISK_AVAILABLE, new Observation(disk, 1000)),
                START);

        assertThat(String.join(
                        " ", state.due().stream().map(t -> t.signal().word()).toList()))
                .isEqualTo(due);
        assertThat(String.join(
                        " ",
                        state.conditions().stream().map(PressureCondition::type).toList()))
                .isEqualTo(conditions);
    }

    @Test
    void softThresholdIsDueWhenItsGraceIsOver() {
        PressureState first = next(PressureState.NONE, SOFT, 150, 0);
        assertThat(first.conditions()).containsExactly(PressureCondition.MEMORY);
        assertThat(first.due()).isEmpty();
        PressureState later = next(first, SOFT, 150, 119);
        assertThat(later.due()).isEmpty();
        assertThat(next(later, SOFT, 150, 120).due()).containsExactly(SOFT);
    }

    @Test
    void graceBeginsAnewWhenTheThresholdWasNotMetMeanwhile() {
        PressureState well = next(next(PressureState.NONE, SOFT, 150, 0), SOFT, 201, 60);
        PressureState again = next(well, SOFT, 150, 110);
        assertThat(next(again, SOFT, 150, 130).due()).isEmpty();
    }

    @Test
    void thresholdIsNotOverBeforeEnoughIsReclaimed() {
        PressureState met = next(PressureState.NONE, HARD, 99, 0);
        PressureState little = next(met, HARD, 120, 10);
        assertThat(little.due()).containsExactly(HARD);
        assertThat(next(little, HARD, 150, 20).due()).isEmpty();
        assertThat(next(PressureState.NONE, HARD, 120, 0).due()).isEmpty();
    }

    @Test
    void conditionOutlivesItsCauseByTheTransitionPeriod() {
        PressureState met = next(PressureState.NONE, HARD, 99, 0);
        PressureState well = next(met, HARD, 500, 10);
        assertThat(well.due()).isEmpty();
        assertThat(well.conditions()).containsExactly(PressureCondition.MEMORY);
        assertThat(next(well, HARD, 500, 299).conditions()).containsExactly(PressureCondition.MEMORY);
        assertThat(next(well, HARD, 500, 300).conditions()).isEmpty();
    }

    @Test
    void whatCannotBeMeasuredIsNotShort() {
        var settings = new EvictionSettings(List.of(HARD), Duration.ofMinutes(5), Duration.ZERO);
        assertThat(PressureState.NONE.next(settings, Map.of(), START).conditions())
                .isEmpty();
    }

    private static PressureState next(PressureState before, Threshold threshold, long free, int second) {
        var settings = new EvictionSettings(List.of(threshold), Duration.ofMinutes(5), Duration.ZERO);
        return before.next(
                settings, Map.of(Signal.MEMORY_AVAILABLE, new Observation(free, 1000)), START.plusSeconds(second));
    }
}

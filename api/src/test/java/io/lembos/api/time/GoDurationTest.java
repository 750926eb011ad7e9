package io.lembos.api.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GoDurationTest {
    @Test
    void readsAsGoPrintsIt() {
        assertThat(GoDuration.of(Duration.ZERO)).isEqualTo("0s");
        assertThat(GoDuration.of(Duration.ofMillis(532))).isEqualTo("532ms");
        assertThat(GoDuration.of(Duration.ofMillis(1500))).isEqualTo("1.5s");
        assertThat(GoDuration.of(Duration.ofSeconds(10))).isEqualTo("10s");
        assertThat(GoDuration.of(Duration.ofSeconds(160))).isEqualTo("2m40s");
        assertThat(GoDuration.of(Duration.ofMinutes(5))).isEqualTo("5m0s");
        assertThat(GoDuration.of(Duration.ofHours(1))).isEqualTo("1h0m0s");
    }
}

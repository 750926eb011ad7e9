package io.lembos.api.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    @Test
    void durationsAreReadAsGoReadsThem() {
        assertThat(GoDuration.parse("1h30m")).isEqualTo(Duration.ofMinutes(90));
        assertThat(GoDuration.parse("1.5s")).isEqualTo(Duration.ofMillis(1500));
        assertThat(GoDuration.parse("250ms")).isEqualTo(Duration.ofMillis(250));
        assertThat(GoDuration.parse("0")).isEqualTo(Duration.ZERO);
        for (String wrong : new String[] {"", "5", "1 m", "-3s", "2min"}) {
            assertThatThrownBy(() -> GoDuration.parse(wrong)).hasMessage("time: invalid duration \"" + wrong + "\"");
        }
    }
}

package io.lembos.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.runtime.cri.v1.Signal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StopSignalsTest {

    @Test
    void podsWishCountsBeforeTheImages() {
        assertThat(StopSignals.choose(Signal.SIGUSR1, "SIGINT")).isEqualTo("SIGUSR1");
        assertThat(StopSignals.choose(Signal.RUNTIME_DEFAULT, "SIGINT")).isEqualTo("SIGINT");
        assertThat(StopSignals.choose(Signal.RUNTIME_DEFAULT, "")).isEqualTo("SIGTERM");
    }

    @ParameterizedTest
    @CsvSource({
        "SIGTERM, SIGTERM, SIGTERM",
        "QUIT, QUIT, SIGQUIT",
        "15, 15, RUNTIME_DEFAULT",
        "SIGRTMIN, 34, SIGRTMIN",
        "SIGRTMIN+3, 37, SIGRTMINPLUS3",
        "SIGRTMINPLUS3, 37, SIGRTMINPLUS3",
        "SIGRTMAXMINUS1, 63, SIGRTMAXMINUS1"
    })
    void signalIsNamedAsEachSideNamesIt(String noted, String forRunc, Signal cri) {
        assertThat(StopSignals.forRunc(noted)).isEqualTo(forRunc);
        assertThat(StopSignals.toCri(noted)).isEqualTo(cri);
    }
}

package io.lembos.kubelet.probes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeStateTest {

    /** Answers as letters, y for a success and n for a failure. */
    @ParameterizedTest(name = "{0}, thresholds {1} and {2}, answers {3}")
    @CsvSource({
        "READINESS, 1, 3, '',      FAILURE, false",
        "READINESS, 1, 3, y,       SUCCESS, false",
        "READINESS, 1, 3, ynn,     SUCCESS, false",
        "READINESS, 1, 3, ynnn,    FAILURE, false",
        "READINESS, 1, 3, ynnynn,  SUCCESS, false",
        "READINESS, 2, 3, y,       FAILURE, false",
        "READINESS, 2, 3, yny,     FAILURE, false",
        "READINESS, 2, 3, yy,      SUCCESS, false",
        "LIVENESS,  1, 2, '',      SUCCESS, false",
        "LIVENESS,  1, 2, nyn,     SUCCESS, false",
        "LIVENESS,  1, 2, nn,      FAILURE, true",
        "STARTUP,   1, 2, n,       UNKNOWN, false",
        "STARTUP,   1, 2, ny,      SUCCESS, true",
        "STARTUP,   1, 2, nn,      FAILURE, true",
    })
    void verdictFollowsFromLikeAnswersInARow(
            ProbeKind kind, int success, int failure, String answers, ProbeState.Verdict verdict, boolean decided) {
        ProbeState state = new ProbeState(kind, success, failure, ProbeState.initial(kind));

        answers.chars().forEach(answer -> state.answer(answer == 'y'));

        assertThat(state.verdict()).isEqualTo(verdict);
        assertThat(state.isDecided()).isEqualTo(decided);
    }
}

package io.lembos.kubelet.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodScriptTest {

    @ParameterizedTest
    @CsvSource({
        ",, , 0",
        "5s,, PT5S, 0",
        "1h2m3s, 7, PT1H2M3S, 7",
        "2m, 255, PT2M, 255",
        ", 1, PT0S, 1",
    })
    void annotationsSayWhenAndHowContainersEnd(String runFor, String code, Duration after, int exitCode) {
        PodScript script = script(runFor, code);
        assertThat(script).isEqualTo(new PodScript(Optional.ofNullable(after), exitCode, Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({"soon,", "5,", "-5s,", "s,", "5s, 256", "5s, -1", "5s, x"})
    void whatCannotBeReadIsSaidAndDoesNotCount(String runFor, String code) {
        PodScript script = script(runFor, code);
        assertThat(script.runFor()).isEmpty();
        assertThat(script.problem().orElseThrow()).startsWith("annotation lembos.io/simulated-");
    }

    private static PodScript script(String runFor, String code) {
        Map<String, String> annotations = new HashMap<>();
        if (runFor != null) {
            annotations.put("lembos.io/simulated-run-for", runFor);
        }
        if (code != null) {
            annotations.put("lembos.io/simulated-exit-code", code);
        }
        return PodScript.of(new PodBuilder()
                .withNewMetadata()
                .withAnnotations(annotations)
                .endMetadata()
                .build());
    }
}

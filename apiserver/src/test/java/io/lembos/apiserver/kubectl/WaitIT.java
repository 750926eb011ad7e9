package io.lembos.apiserver.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code kubectl wait}: for conditions, for values and for the end of objects. */
@EveryKubectl
class WaitIT {
    private static final String READY =
            "kubectl patch pod a --subresource=status -p '{\"status\": {\"conditions\": [{\"type\": \"Ready\", "
                    + "\"status\": \"True\"}]}}'";

    private final Terminal terminal;
    private final Office office;

    WaitIT(Path program, Office office) {
        this.office = office;
        terminal = office.desk(program);
    }

    @BeforeEach
    void makesPods() {
        terminal.shows("""
                $ kubectl run a --image=busybox --labels=app=web
                pod/a created
                $ kubectl run b --image=busybox --labels=app=web
                pod/b created
                """);
    }

    @Test
    void waitsForAConditionThatComes() throws IOException {
        int idle = office.api().clientWatchers();
        Process wait = terminal.kubectl().start("wait", "--for=condition=Ready", "pod/a", "--timeout=60s");
        office.awaitWatchers(idle + 1);
        assertThat(wait.isAlive()).isTrue();
        terminal.shows("$ " + READY + "\npod/a patched\n");
        assertThat(wait.onExit().join().exitValue()).isZero();
        assertThat(new String(wait.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("pod/a condition met\n");
        terminal.shows("""
                $ kubectl wait --for=condition=ready pod a
                pod/a condition met
                $ kubectl wait --for=condition=Ready=false pod a --timeout=1s
                error: timed out waiting for the condition on pods/a
                [1]
                """);
    }

    @Test
    void tellsOfEachThatItStillWaitsFor() {
        terminal.shows("$ " + READY + "\npod/a patched\n" + """
                $ kubectl wait --for=condition=Ready pods --all --timeout=1s
                pod/a condition met
                error: timed out waiting for the condition on pods/b
                [1]
                $ kubectl wait --for=condition=Ready pods -l app=web --timeout=0
                pod/a condition met
                ‹error: timed out waiting for the condition on pods/b|error: condition not met for pods/b›
                [1]
                """);
    }

    @Test
    void waitsForValues() {
        terminal.shows("""
                $ kubectl wait --for=jsonpath='{.status.phase}'=Pending pod/a
                pod/a condition met
                $ kubectl wait --for=jsonpath='{.status.phase}'=Running pod/a --timeout=1s
                error: timed out waiting for the condition on pods/a
                [1]
                ## from 1.31
                $ kubectl wait --for=jsonpath='{.spec.containers[0].image}' pod/a pod/b
                pod/a condition met
                pod/b condition met
                """);
    }

    @Test
    void waitsForTheEnd() throws IOException {
        int idle = office.api().clientWatchers();
        Process wait = terminal.kubectl().start("wait", "--for=delete", "pod/a", "--timeout=60s");
        office.awaitWatchers(idle + 1);
        terminal.shows("""
                $ kubectl delete pods --all --grace-period=0 --force >/dev/null
                ‹Warning: .*›
                """);
        assertThat(wait.onExit().join().exitValue()).isZero();
        assertThat(new String(wait.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("pod/a condition met\n");
        terminal.shows("""
                $ kubectl create configmap c
                configmap/c created
                $ kubectl wait --for=delete configmap/c --timeout=1s
                error: timed out waiting for the condition on configmaps/c
                [1]
                """);
    }

    @Test
    void tellsWhenThereIsNothingToWaitFor() {
        terminal.shows("""
                $ kubectl wait --for=condition=Ready pod/none
                Error from server (NotFound): pods "none" not found
                [1]
                $ kubectl wait --for=condition=Ready pods -l app=none
                error: no matching resources found
                [1]
                $ kubectl wait --for=nonsense pod/a
                error: unrecognized condition: "nonsense"
                [1]
                """);
    }

    @Test
    void waitsForObjectsThatAreStillToBeMade() {
        terminal.shows("""
                ## from 1.31
                $ kubectl wait --for=create configmap/late >waited & kubectl create configmap late >/dev/null; wait; cat waited
                configmap/late condition met
                ## from 1.31
                $ kubectl wait --for=create configmap/never --timeout=1s
                error: timed out waiting for the condition
                [1]
                """);
    }
}

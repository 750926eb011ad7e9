package io.lembos.runtime.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.runtime.simulated.SimulatedCommand.Step;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatedCommandTest {
    private static final Step END = new Step.Exit(0);

    private static List<Step> script(String text) {
        return SimulatedCommand.parse(List.of("/bin/sh", "-c", text)).steps();
    }

    @Test
    void scriptsStepOnWhateverTheirProgramsAreCalledBy() {
        Step sleep = new Step.Sleep(Duration.ofSeconds(2));
        assertThat(script("sleep 2")).containsExactly(sleep, END);
        assertThat(script("/bin/busybox sleep 2")).containsExactly(sleep, END);
        assertThat(script("exec /bin/busybox sleep 2")).containsExactly(sleep, END);
        assertThat(SimulatedCommand.parse(List.of("/bin/busybox", "sleep", "2")).steps())
                .containsExactly(sleep, END);
    }

    @Test
    void whatIsNotUnderstoodRunsOn() {
        assertThat(script("echo up; /bin/busybox httpd -f"))
                .containsExactly(new Step.Print(LogStream.STDOUT, "up"), new Step.Serve(), END);
    }
}

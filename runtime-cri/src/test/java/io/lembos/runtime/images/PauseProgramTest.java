package io.lembos.runtime.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PauseProgramTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void endsWithSuccess(String signal) throws Exception {
        try (PauseProgramProcess pause = PauseProgramProcess.start(directory, Platform.LINUX_AMD64)) {
            assertThat(pause.exitCodeAfter(signal)).isZero();
        }
    }

    @Test
    void ignoresOtherSignals() throws Exception {
        try (PauseProgramProcess pause = PauseProgramProcess.start(directory, Platform.LINUX_AMD64)) {
            pause.send("HUP");
            pause.send("USR1");
            assertThat(pause.exitCodeAfter("TERM")).isZero();
        }
    }

    @Test
    void collectsChildrenThatHaveEnded() throws Exception {
        try (PauseProgramProcess pause = PauseProgramProcess.start(directory, Platform.LINUX_AMD64)) {
            pause.endChildAndAwaitThatItIsCollected();
            assertThat(pause.exitCodeAfter("TERM")).isZero();
        }
    }
}

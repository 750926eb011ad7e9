package io.lembos.runtime.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs qemu-user-static. */
class PauseProgramArm64IT {

    @TempDir
    Path directory;

    @Test
    void collectsChildrenAndEndsWithSuccess() throws Exception {
        try (PauseProgramProcess pause =
                PauseProgramProcess.start(directory, Platform.LINUX_ARM64, "qemu-aarch64-static")) {
            pause.endChildAndAwaitThatItIsCollected();
            assertThat(pause.exitCodeAfter("TERM")).isZero();
        }
    }
}

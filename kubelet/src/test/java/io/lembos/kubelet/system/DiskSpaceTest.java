package io.lembos.kubelet.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.runtime.process.LinuxCalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiskSpaceTest {
    /** Holds files in memory on every Linux, and counts them. */
    private static final Path MEMORY = Path.of("/dev/shm");

    @Test
    void filesThatADiskMayHoldAreCounted() throws Exception {
        DiskSpace before = DiskSpace.of(MEMORY, Optional.of(LinuxCalls.load()));
        Path folder = Files.createTempDirectory(MEMORY, "lmb");
        try {
            for (int i = 0; i < 500; i++) {
                Files.createFile(folder.resolve("file-" + i));
            }
            DiskSpace after = DiskSpace.of(MEMORY, Optional.of(LinuxCalls.load()));
            assertThat(after.inodes().orElseThrow().total())
                    .isEqualTo(before.inodes().orElseThrow().total());
            assertThat(before.inodes().orElseThrow().free()
                            - after.inodes().orElseThrow().free())
                    .isBetween(400L, 600L);
        } finally {
            for (int i = 0; i < 500; i++) {
                Files.deleteIfExists(folder.resolve("file-" + i));
            }
            Files.delete(folder);
        }
    }

    @Test
    void bytesAreThoseOfTheFileStore() throws Exception {
        DiskSpace space = DiskSpace.of(MEMORY, Optional.empty());
        assertThat(space.capacityBytes()).isEqualTo(Files.getFileStore(MEMORY).getTotalSpace());
        assertThat(space.inodes()).isEmpty();
    }
}

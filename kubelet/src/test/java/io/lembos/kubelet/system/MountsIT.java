package io.lembos.kubelet.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs root. */
class MountsIT {
    @TempDir
    private Path directory;

    private final Mounts mounts = new Mounts();
    private Path volume;
    private Path target;

    @BeforeEach
    void prepare() throws IOException {
        volume = Files.createDirectory(directory.resolve("volume"));
        target = directory.resolve("parts/0");
    }

    @AfterEach
    void unmount() throws IOException {
        mounts.unmountBelow(directory);
    }

    @Test
    void memoryFolderHoldsNoMoreThanItsSize() throws IOException {
        mounts.memory(volume, OptionalLong.of(4096 * 4), "0777");

        assertThat(mounts.isMounted(volume)).isTrue();
        assertThatThrownBy(() -> Files.write(volume.resolve("file"), new byte[4096 * 5]))
                .hasMessageContaining("No space left");
        mounts.unmountBelow(directory);
        assertThat(mounts.isMounted(volume)).isFalse();
    }

    @Test
    void partOfAVolumeIsShown() throws IOException {
        Files.writeString(Files.createDirectories(volume.resolve("a/b")).resolve("file"), "text");
        Files.createSymbolicLink(volume.resolve("inside"), Path.of("a/b"));

        mounts.part(volume, "a/b", target, 0755);
        assertThat(target.resolve("file")).hasContent("text");
        mounts.part(volume, "a/b/file", directory.resolve("parts/1"), 0755);
        assertThat(directory.resolve("parts/1")).hasContent("text");
        mounts.part(volume, "inside", directory.resolve("parts/2"), 0755);
        assertThat(directory.resolve("parts/2/file")).hasContent("text");
    }

    @Test
    void partThatIsMissingIsMade() throws IOException {
        mounts.part(volume, "new/deep", target, 0777);
        Files.writeString(target.resolve("file"), "text");

        assertThat(volume.resolve("new/deep/file")).hasContent("text");
        assertThat(Files.getAttribute(volume.resolve("new"), "unix:mode")).isEqualTo(040777);
    }

    @Test
    void linksThatLeadOutAreNotFollowed() throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.createSymbolicLink(volume.resolve("absolute"), outside);
        Files.createSymbolicLink(volume.resolve("relative"), Path.of("../outside"));

        for (String part : new String[] {"absolute", "relative", "absolute/new", "relative/new/deep", "../outside"}) {
            assertThatThrownBy(() -> mounts.part(volume, part, target, 0755))
                    .as(part)
                    .isInstanceOf(IOException.class);
        }
        assertThat(outside).isEmptyDirectory();
        assertThat(target).doesNotExist();
    }
}

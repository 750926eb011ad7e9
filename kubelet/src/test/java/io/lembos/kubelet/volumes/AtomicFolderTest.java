package io.lembos.kubelet.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFolderTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    private Path root;

    @Test
    void filesAreLinksThroughTheDataFolder() throws IOException {
        assertThat(write(Map.of("a", file("1"), "deep/b", file("2")))).isTrue();

        assertThat(root.resolve("a")).hasContent("1");
        assertThat(root.resolve("deep/b")).hasContent("2");
        assertThat(Files.readSymbolicLink(root.resolve("a"))).hasToString("..data/a");
        assertThat(Files.readSymbolicLink(root.resolve("deep"))).hasToString("..data/deep");
        assertThat(Files.readSymbolicLink(root.resolve("..data")).toString()).startsWith("..2026_01_02_03_04_05.");
    }

    @Test
    void sameFilesAgainChangeNothing() throws IOException {
        write(Map.of("a", file("1")));
        Path data = root.resolve("..data").toRealPath();

        assertThat(write(Map.of("a", file("1")))).isFalse();
        assertThat(root.resolve("..data").toRealPath()).isEqualTo(data);
    }

    @Test
    void changedFilesComeTogetherAndOldOnesGo() throws IOException {
        write(Map.of("a", file("1"), "old", file("2")));
        Path before = root.resolve("..data").toRealPath();

        assertThat(write(Map.of("a", file("3"), "new", file("4")))).isTrue();

        assertThat(root.resolve("a")).hasContent("3");
        assertThat(root.resolve("new")).hasContent("4");
        assertThat(before).doesNotExist();
        try (var entries = Files.list(root)) {
            assertThat(entries.map(p -> p.getFileName().toString()).filter(n -> !n.startsWith("..2")))
                    .containsExactlyInAnyOrder("a", "new", "..data");
        }
    }

    @Test
    void whatADeadWriterLeftIsRemoved() throws IOException {
        Files.createDirectory(root.resolve("..2025_01_01_00_00_00.1"));
        Files.createSymbolicLink(root.resolve("..data_tmp"), Path.of("nowhere"));

        write(Map.of("a", file("1")));

        assertThat(root.resolve("..2025_01_01_00_00_00.1")).doesNotExist();
        assertThat(Files.isSymbolicLink(root.resolve("..data_tmp"))).isFalse();
        assertThat(root.resolve("a")).hasContent("1");
    }

    @Test
    void filesHaveTheirModes() throws IOException {
        write(Map.of("a", VolumeFile.of(new byte[0], 0400)));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("a"))))
                .isEqualTo("r--------");
    }

    @Test
    void pathsThatLeaveTheFolderAreRefused() {
        for (String path : List.of("../a", "/a", "a/../../b", "", "..a", "./a")) {
            assertThatThrownBy(() -> write(Map.of(path, file("1"))))
                    .as(path)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("invalid path");
        }
        assertThat(root).isEmptyDirectory();
    }

    private boolean write(Map<String, VolumeFile> files) throws IOException {
        return new AtomicFolder(root).write(files, Ownership.NONE, NOW);
    }

    private static VolumeFile file(String text) {
        return VolumeFile.of(text.getBytes(StandardCharsets.UTF_8), 0644);
    }
}

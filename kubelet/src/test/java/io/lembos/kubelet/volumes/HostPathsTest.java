package io.lembos.kubelet.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostPathsTest {
    private static final Path CHARACTER_DEVICE = Path.of("/dev/null");

    @TempDir
    private Path directory;

    @Test
    void eachTypeTakesItsOwnKindOnly() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        Path socket = directory.resolve("socket");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            prepare(directory, "Directory");
            prepare(file, "File");
            prepare(socket, "Socket");
            prepare(CHARACTER_DEVICE, "CharDevice");
            prepare(directory.resolve("anything"), "");
            prepare(directory, null);

            Map<String, String> words = Map.of(
                    "Directory", "is not a directory",
                    "DirectoryOrCreate", "is not a directory",
                    "Socket", "is not a socket file",
                    "CharDevice", "is not a character device",
                    "BlockDevice", "is not a block device",
                    "Other", "is an invalid volume type");
            words.forEach((type, word) -> assertThatThrownBy(() -> prepare(file, type))
                    .hasMessage("MountVolume.SetUp failed for volume \"v\" : hostPath type check failed: " + file + " "
                            + word));
            assertThatThrownBy(() -> prepare(directory, "FileOrCreate")).hasMessageEndingWith("is not a file");
            assertThatThrownBy(() -> prepare(directory.resolve("none"), "Socket"))
                    .hasMessageEndingWith("is not a socket file");
        }
    }

    @Test
    void whatIsMissingIsMadeWhereTheTypeSaysSo() throws Exception {
        assertThat(prepare(directory.resolve("a/b"), "DirectoryOrCreate")).isDirectory();
        assertThat(prepare(directory.resolve("a/c"), "FileOrCreate")).isRegularFile();
    }

    private static Path prepare(Path path, String type) throws Exception {
        return HostPaths.prepare("v", new HostPathVolumeSource(path.toString(), type));
    }
}

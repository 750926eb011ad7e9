package io.lembos.runtime.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OciArchiveTest {

    @TempDir
    Path directory;

    @Test
    void writtenImagesAreReadBack() {
        NamedImage pause = PauseImage.build();
        Path archive = directory.resolve("pause.tar");
        OciArchiveWriter.write(archive, List.of(pause));

        OciArchive.Found found = OciArchive.open(archive).images().get(0);

        assertThat(found.names()).containsExactly(PauseImage.NAME);
        assertThat(found.ids())
                .containsExactlyElementsOf(
                        pause.platforms().stream().map(OciImage::id).toList());
    }

    @Test
    void damagedBlobIsRefusedByName() throws IOException {
        Path archive = directory.resolve("pause.tar");
        OciArchiveWriter.write(archive, List.of(PauseImage.build()));
        TarEntry layer = TarIndex.of(archive).entries().values().stream()
                .filter(entry -> entry.name().startsWith("blobs/sha256/") && entry.sizeBytes() > 0)
                .findFirst()
                .orElseThrow();
        byte[] bytes = Files.readAllBytes(archive);
        bytes[(int) layer.offset() + 20] ^= 1;
        Files.write(archive, bytes);

        assertThatThrownBy(() -> OciArchive.open(archive))
                .isInstanceOf(ImageFormatException.class)
                .hasMessageContaining(layer.name())
                .hasMessageContaining("damaged");
    }

    @Test
    void truncatedArchiveIsRefused() throws IOException {
        Path archive = directory.resolve("pause.tar");
        OciArchiveWriter.write(archive, List.of(PauseImage.build()));
        byte[] bytes = Files.readAllBytes(archive);
        Files.write(archive, java.util.Arrays.copyOf(bytes, bytes.length / 2));

        assertThatThrownBy(() -> OciArchive.open(archive)).isInstanceOf(ImageFormatException.class);
    }

    @Test
    void dockerArchiveIsReadAndVerified() throws IOException {
        byte[] layer = "any bytes".getBytes(StandardCharsets.UTF_8);
        Digest diffId = Digest.of(layer);

        OciArchive.Found found =
                OciArchive.open(dockerArchive(layer, diffId)).images().get(0);

        assertThat(found.names()).containsExactly(ImageReference.parse("docker.io/library/hello:1"));
        assertThatThrownBy(() -> OciArchive.open(dockerArchive("other".getBytes(StandardCharsets.UTF_8), diffId)))
                .hasMessageContaining("l/layer.tar is damaged");
    }

    private Path dockerArchive(byte[] layer, Digest diffId) throws IOException {
        byte[] config = ("{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + diffId + "\"]}}")
                .getBytes(StandardCharsets.UTF_8);
        String configPath = Digest.of(config).hex() + ".json";
        String manifest =
                "[{\"Config\":\"%s\",\"RepoTags\":[\"hello:1\"],\"Layers\":[\"l/layer.tar\"]}]".formatted(configPath);
        Path archive = directory.resolve("docker.tar");
        try (TarWriter tar = new TarWriter(Files.newOutputStream(archive))) {
            tar.file("manifest.json", 0644, manifest.getBytes(StandardCharsets.UTF_8));
            tar.file(configPath, 0644, config);
            tar.file("l/layer.tar", 0644, layer);
        }
        return archive;
    }

    @Test
    void somethingElseIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("x.tar"), "x".repeat(2000));
        assertThatThrownBy(() -> OciArchive.open(file)).hasMessageContaining("is not a tar file");
    }
}

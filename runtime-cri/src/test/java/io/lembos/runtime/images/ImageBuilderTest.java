package io.lembos.runtime.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageBuilderTest {

    private static final ImageReference NAME = ImageReference.parse("hello:1");

    @TempDir
    Path directory;

    @Test
    void layerHasFilesWithModesLinksAndParents() throws IOException {
        write("rootfs/app/run.sh", "#!/bin/sh\n", "rwxr-x---");
        Files.createSymbolicLink(directory.resolve("rootfs/app/start"), Path.of("run.sh"));
        Path onHost = write("tool", "binary", "r-xr-xr-x");
        definition("{\"hostFiles\": {\"/usr/local/bin/tool\": \"%s\"}}".formatted(onHost));

        Map<String, TarEntry> layer = layer(build());

        assertThat(layer.keySet())
                .containsExactly(
                        "app/",
                        "app/run.sh",
                        "app/start",
                        "usr/",
                        "usr/local/",
                        "usr/local/bin/",
                        "usr/local/bin/tool");
        assertThat(layer.get("app/run.sh").mode()).isEqualTo(0750);
        assertThat(layer.get("app/start").linkName()).isEqualTo("run.sh");
        assertThat(layer.get("usr/local/bin/tool").mode()).isEqualTo(0555);
    }

    @Test
    void longNamesSurvive() throws IOException {
        String name = "d".repeat(120) + "/" + "ü".repeat(60);
        write("rootfs/" + name, "x", "rw-r--r--");

        assertThat(layer(build())).containsKey(name);
    }

    @Test
    void sameDirectoryGivesTheSameBytes() throws IOException {
        write("rootfs/a", "one", "rw-r--r--");
        Path first = archive("first.tar", build());
        Files.setLastModifiedTime(directory.resolve("rootfs/a"), java.nio.file.attribute.FileTime.fromMillis(12345000));
        Path second = archive("second.tar", build());

        assertThat(second).hasSameBinaryContentAs(first);
    }

    @Test
    void configurationIsTakenOver() throws IOException {
        write("rootfs/a", "one", "rw-r--r--");
        definition("""
                {"entrypoint": ["/a"], "cmd": ["b"], "env": ["C=d"], "workingDir": "/w", "user": "7",
                 "exposedPorts": ["80/tcp"], "labels": {"l": "m"}, "architecture": "arm64"}
                """);

        OciImage image = build().platforms().get(0);

        assertThat(new String(image.blobs().get(1).content()))
                .contains("\"architecture\":\"arm64\"")
                .contains("{\"User\":\"7\",\"ExposedPorts\":{\"80/tcp\":{}},\"Env\":[\"C=d\"],\"Entrypoint\":[\"/a\"],"
                        + "\"Cmd\":[\"b\"],\"WorkingDir\":\"/w\",\"Labels\":{\"l\":\"m\"}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"entrypoin\": []}                          | unknown field \"entrypoin\"",
                "{\"cmd\": \"run\"}                           | cmd must be a list of strings",
                "{\"env\": [1]}                               | env must be a list of strings",
                "{\"user\": 7}                                | user must be a string",
                "{\"labels\": {\"a\": 1}}                     | labels.a must be a string",
                "[]                                           | not a JSON object",
                "{                                            | not valid JSON",
                "{\"hostFiles\": {\"/../etc/x\": \"/bin/sh\"}} | must be an absolute path in the image",
                "{\"hostFiles\": {\"bin/x\": \"/bin/sh\"}}     | must be an absolute path in the image",
                "{\"hostFiles\": {\"/bin/x\": \"/no/x\"}}      | there is no file /no/x on this machine",
                "{\"hostFiles\": {\"/x\": \"/no/x\"}, \"hostPackages\": {\"/no/x\": \"xtool\"}} | apt-get install xtool",
                "{}                                           | there is nothing to put into the image",
            })
    void badDefinitionIsRefusedWithItsFile(String json, String message) throws IOException {
        definition(json);

        assertThatThrownBy(this::build)
                .isInstanceOf(ImageFormatException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining(message);
    }

    @Test
    void linkOutOfTheImageIsRefused() throws IOException {
        write("rootfs/dir/a", "one", "rw-r--r--");
        Files.createSymbolicLink(directory.resolve("rootfs/dir/out"), Path.of("../../image.json"));

        assertThatThrownBy(this::build).hasMessageContaining("rootfs/dir/out").hasMessageContaining("leaves the image");
    }

    @Test
    void fileGivenTwiceIsRefused() throws IOException {
        Path file = write("rootfs/a", "one", "rw-r--r--");
        definition("{\"hostFiles\": {\"/a\": \"%s\"}}".formatted(file));

        assertThatThrownBy(this::build).hasMessageContaining("/a comes twice");
    }

    private NamedImage build() {
        return ImageBuilder.build(directory, NAME);
    }

    private Path archive(String name, NamedImage image) {
        Path archive = directory.resolve(name);
        OciArchiveWriter.write(archive, List.of(image));
        return archive;
    }

    private Map<String, TarEntry> layer(NamedImage image) throws IOException {
        byte[] packed = image.platforms().get(0).blobs().get(2).content();
        Path tar = directory.resolve("layer.tar");
        Files.write(tar, new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes());
        return TarIndex.of(tar).entries();
    }

    private void definition(String json) throws IOException {
        Files.writeString(directory.resolve("image.json"), json);
    }

    private Path write(String path, String content, String mode) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}

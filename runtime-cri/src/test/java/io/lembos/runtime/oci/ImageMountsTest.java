package io.lembos.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lembos.runtime.ContainerRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageMountsTest {
    @TempDir
    Path root;

    @BeforeEach
    void image() throws IOException {
        Files.createDirectories(root.resolve("data/deep"));
        Files.createSymbolicLink(root.resolve("relative"), Path.of("data/deep"));
        Files.createSymbolicLink(root.resolve("absolute"), Path.of("/data"));
        Files.createSymbolicLink(root.resolve("data/home"), Path.of("/data/deep"));
        Files.createSymbolicLink(root.resolve("data/up"), Path.of("../../../.."));
        Files.createSymbolicLink(root.resolve("round"), Path.of("round"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "data/deep, data/deep",
        "./data//deep/, data/deep",
        "relative, data/deep",
        "absolute/deep, data/deep",
        "data/home, data/deep",
        "data/up, ''",
        "data/up/data, data",
        "../../data, data"
    })
    void partIsFoundAsIfTheImageWereTheRoot(String part, String place) throws IOException {
        assertThat(ImageMounts.within(root, part)).isEqualTo(root.resolve(place));
    }

    @Test
    void partThatIsNotThereIsRefused() {
        for (String part : new String[] {"none", "data/none", "round"}) {
            assertThatThrownBy(() -> ImageMounts.within(root, part))
                    .isInstanceOf(ContainerRuntimeException.class)
                    .hasMessage("the image has no \"" + part + "\" to mount");
        }
    }
}

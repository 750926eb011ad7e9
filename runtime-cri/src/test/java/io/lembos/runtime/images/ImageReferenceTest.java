package io.lembos.runtime.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {

    @ParameterizedTest
    @CsvSource({
        "hello,                 docker.io/library/hello:latest",
        "hello:1,               docker.io/library/hello:1",
        "team/app:2,            docker.io/team/app:2",
        "docker.io/hello,       docker.io/library/hello:latest",
        "localhost/app,         localhost/app:latest",
        "localhost:5000/app:1,  localhost:5000/app:1",
        "ghcr.io/a/b/c,         ghcr.io/a/b/c:latest",
    })
    void isCompleted(String written, String complete) {
        assertThat(ImageReference.parse(written)).hasToString(complete);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Hello", "a//b", "a:", "a b", "a@sha256:12", "a:-x"})
    void isRefused(String written) {
        assertThatThrownBy(() -> ImageReference.parse(written)).isInstanceOf(ImageFormatException.class);
    }
}

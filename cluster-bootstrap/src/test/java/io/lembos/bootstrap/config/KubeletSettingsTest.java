package io.lembos.bootstrap.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lembos.kubelet.settings.NodeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeletSettingsTest {
    private static final String HEAD = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n";

    @TempDir
    Path directory;

    private Path source;
    private KubeletSettings settings;

    @BeforeEach
    void folders() {
        source = directory.resolve("mine.yaml");
        settings = new KubeletSettings(new ClusterFiles(directory.resolve("cluster")));
    }

    @Test
    void copyOutlivesTheFileUntilTheDefaultIsWantedAgain() throws Exception {
        assertThat(settings.load()).isEqualTo(NodeSettings.DEFAULT);
        Files.writeString(source, HEAD + "imageGCHighThresholdPercent: 90\n");
        settings.take(source.toString());
        Files.delete(source);
        assertThat(settings.load().images().highPercent()).isEqualTo(90);
        settings.take(KubeletSettings.DEFAULT);
        assertThat(settings.load()).isEqualTo(NodeSettings.DEFAULT);
    }

    @Test
    void fileWithMistakesChangesNothing() throws Exception {
        Files.writeString(source, HEAD + "imageGCHighThresholdPercent: 90\n");
        settings.take(source.toString());
        Files.writeString(source, HEAD + "imageGCHighThresholdPercent: 190\n");
        assertThatThrownBy(() -> settings.take(source.toString()))
                .isInstanceOf(IOException.class)
                .hasMessage("the node agent cannot be configured by " + source
                        + ":\n  imageGCHighThresholdPercent: must be a whole number from 0 to 100");
        assertThat(settings.load().images().highPercent()).isEqualTo(90);
    }

    @Test
    void fileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> settings.take(source.toString())).hasMessage("there is no file " + source);
    }
}

package io.lembos.bootstrap.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lembos.scheduler.config.ProfileConfiguration;
import io.lembos.scheduler.config.SchedulerConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchedulerSettingsTest {
    private static final String HEAD = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n";

    @TempDir
    Path directory;

    private Path source;
    private ClusterFiles files;

    @BeforeEach
    void folders() {
        source = directory.resolve("mine.yaml");
        files = new ClusterFiles(directory.resolve("cluster"));
    }

    @Test
    void clusterWithoutAFileHasTheDefault() throws Exception {
        assertThat(settings().load()).isEqualTo(SchedulerConfiguration.DEFAULT);
    }

    @Test
    void copyIsPrivateAndOutlivesTheFile() throws Exception {
        write("profiles: [{schedulerName: mine}]");
        settings().take(source.toString());
        Files.delete(source);
        assertThat(settings().load().profiles())
                .extracting(ProfileConfiguration::schedulerName)
                .containsExactly("mine");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.schedulerConfig())))
                .isEqualTo("rw-------");
    }

    @Test
    void fileWithMistakesChangesNothing() throws Exception {
        write("profiles: [{schedulerName: mine}]");
        settings().take(source.toString());
        write("profiles: [{schedulerName: other}]\nfoo: 1");
        assertThatThrownBy(() -> settings().take(source.toString()))
                .isInstanceOf(IOException.class)
                .hasMessage("the scheduler cannot be configured by " + source + ":\n  unknown field \"foo\"");
        assertThat(settings().load().profiles().getFirst().schedulerName()).isEqualTo("mine");
    }

    @Test
    void defaultCanBeHadAgain() throws Exception {
        write("profiles: [{schedulerName: mine}]");
        settings().take(source.toString());
        settings().take(SchedulerSettings.DEFAULT);
        assertThat(settings().load()).isEqualTo(SchedulerConfiguration.DEFAULT);
    }

    @Test
    void fileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> settings().take(source.toString())).hasMessage("there is no file " + source);
    }

    private SchedulerSettings settings() {
        return new SchedulerSettings(files);
    }

    private void write(String body) throws IOException {
        Files.writeString(source, HEAD + body);
    }
}

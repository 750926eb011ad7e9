package io.lembos.kubelet.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.kubelet.KubeletConfig;
import io.lembos.kubelet.container.ObservedContainer;
import io.lembos.kubelet.pod.CrashBackOff;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminationMessagesTest {
    @TempDir
    Path folder;

    private Path file;
    private Path log;
    private TerminationMessages messages;

    @BeforeEach
    void files() throws IOException {
        KubeletConfig config = new KubeletConfig(
                "c",
                "n",
                "127.0.0.1",
                0,
                folder,
                folder.resolve("logs"),
                "",
                Map.of(),
                folder,
                folder,
                folder,
                CrashBackOff.MAX,
                "v1.36.0");
        messages = new TerminationMessages(config);
        file = Files.createFile(folder.resolve("termination"));
        log = config.logDirectory("default", "web", "u").resolve("main/0.log");
        Files.createDirectories(log.getParent());
        Files.writeString(log, line("begin") + line("no database"));
    }

    @Test
    void lastOfTheFileIsTheMessage() throws IOException {
        Files.writeString(file, "x".repeat(TerminationMessages.FILE_BYTES_MAX) + "end");

        assertThat(messages.apply(pod("File"), ended(1)))
                .hasSize(TerminationMessages.FILE_BYTES_MAX)
                .endsWith("xend");
    }

    @Test
    void logStandsInForAnEmptyFileOfWhatFailed() throws IOException {
        assertThat(messages.apply(pod("File"), ended(1))).isEmpty();
        assertThat(messages.apply(pod("FallbackToLogsOnError"), ended(0))).isEmpty();
        assertThat(messages.apply(pod("FallbackToLogsOnError"), ended(1))).isEqualTo("begin\nno database\n");

        Files.writeString(file, "words");
        assertThat(messages.apply(pod("FallbackToLogsOnError"), ended(1))).isEqualTo("words");
    }

    @Test
    void onlyTheEndOfALongLogIsKept() throws IOException {
        Files.writeString(log, line("short").repeat(100));
        assertThat(messages.apply(pod("FallbackToLogsOnError"), ended(1))).isEqualTo("short\n".repeat(80));

        Files.writeString(log, line("x".repeat(500)).repeat(10) + line("last"));
        assertThat(messages.apply(pod("FallbackToLogsOnError"), ended(1)))
                .hasSize(TerminationMessages.LOG_BYTES_MAX)
                .endsWith("x\nlast\n");
    }

    private static String line(String text) {
        return "2026-01-01T00:00:00.000000000Z stdout F " + text + "\n";
    }

    private static Pod pod(String policy) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("web")
                .withUid("u")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withTerminationMessagePolicy(policy)
                .endContainer()
                .endSpec()
                .build();
    }

    private ObservedContainer ended(int exitCode) {
        Instant now = Instant.EPOCH;
        return new ObservedContainer(
                "id",
                "s",
                "main",
                0,
                ObservedContainer.State.EXITED,
                "",
                "",
                now,
                now,
                now,
                exitCode,
                "",
                "",
                file.toString());
    }
}

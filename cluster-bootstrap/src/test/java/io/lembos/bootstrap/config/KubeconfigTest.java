package io.lembos.bootstrap.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeconfigTest {
    private static final Kubeconfig.Access ACCESS =
            new Kubeconfig.Access("https://127.0.0.1:6443", "CA", "CERTIFICATE", "KEY");

    @TempDir
    Path folder;

    @Test
    void newFileHasOneContextThatIsCurrent() throws IOException {
        config().merge("lembos", ACCESS);
        assertThat(text())
                .contains("current-context: lembos", "server: https://127.0.0.1:6443", "name: lembos-admin")
                .doesNotContain("KEY\n");
    }

    @Test
    void othersEntriesStayAndOursAreReplaced() throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), """
                apiVersion: v1
                kind: Config
                current-context: work
                contexts:
                - name: work
                  context: {cluster: work, user: me, namespace: team}
                clusters:
                - name: lembos
                  cluster: {server: "https://old"}
                users: []
                """);
        config().merge("lembos", ACCESS);
        assertThat(text()).contains("namespace: team").doesNotContain("https://old");

        config().remove("lembos");
        assertThat(text()).contains("namespace: team").doesNotContain("lembos");
    }

    @Test
    void lockedFileIsLeftAlone() throws IOException {
        config().merge("lembos", ACCESS);
        String before = text();
        Files.createFile(file().resolveSibling("config.lock"));
        assertThatThrownBy(() -> config().merge("other", ACCESS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("config.lock");
        assertThat(text()).isEqualTo(before);
    }

    @Test
    void fileThatIsNoKubeconfigIsRefused() throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), "just text");
        assertThatThrownBy(() -> config().merge("lembos", ACCESS)).hasMessageContaining("is no kubeconfig");
        assertThat(text()).isEqualTo("just text");
    }

    private Kubeconfig config() {
        return new Kubeconfig(file());
    }

    private Path file() {
        return folder.resolve("kube/config");
    }

    private String text() throws IOException {
        return Files.readString(file());
    }
}

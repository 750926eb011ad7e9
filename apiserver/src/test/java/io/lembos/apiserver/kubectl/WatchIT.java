package io.lembos.apiserver.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code kubectl get --watch} in its forms, and {@code --watch-only}. */
@EveryKubectl
class WatchIT {
    private final Terminal terminal;
    private final Office office;

    WatchIT(Path program, Office office) {
        this.office = office;
        terminal = office.desk(program);
    }

    @Test
    void oneObjectIsFollowedUntilItIsGone() throws IOException, InterruptedException {
        terminal.shows("$ kubectl create configmap a\nconfigmap/a created\n");
        watched(
                lines -> {
                    assertThat(lines.readLine()).isEqualTo("configmap/a");
                    terminal.shows("$ kubectl create configmap other\nconfigmap/other created\n");
                    terminal.shows("$ kubectl label configmap a x=y\nconfigmap/a labeled\n");
                    assertThat(lines.readLine()).isEqualTo("configmap/a");
                    terminal.shows("$ kubectl delete configmap a | cut -c-21\nconfigmap \"a\" deleted\n");
                    assertThat(lines.readLine()).isEqualTo("configmap/a");
                },
                "get",
                "configmap",
                "a",
                "--watch",
                "-o",
                "name");
    }

    @Test
    void onlyChangesAreToldWhenAskedSo() throws IOException, InterruptedException {
        terminal.shows("$ kubectl create configmap a\nconfigmap/a created\n");
        int idle = office.api().clientWatchers();
        watched(
                lines -> {
                    office.awaitWatchers(idle + 1);
                    terminal.shows("$ kubectl create configmap b\nconfigmap/b created\n");
                    assertThat(lines.readLine()).isEqualTo("configmap/b");
                },
                "get",
                "configmaps",
                "--watch-only",
                "-o",
                "name");
    }

    private void watched(Watching watching, String... command) throws IOException, InterruptedException {
        Process watch = terminal.kubectl().start(command);
        try (BufferedReader lines = watch.inputReader(StandardCharsets.UTF_8)) {
            watching.follow(lines);
        } finally {
            watch.destroy();
            watch.waitFor();
        }
    }

    private interface Watching {
        void follow(BufferedReader lines) throws IOException;
    }
}

package io.lembos.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ContainerRuntimeContract;
import io.lembos.runtime.ImageService;
import io.lembos.runtime.cri.v1.ContainerFilter;
import io.lembos.runtime.cri.v1.ContainerState;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.process.LinuxProcess;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract on real containers, and that they outlive the runtime's process. */
class OciRuntimeContractIT extends ContainerRuntimeContract {
    private static OciNode node;

    @BeforeAll
    static void open() throws IOException {
        node = new OciNode();
    }

    @AfterAll
    static void nothingIsLeft() throws IOException {
        node.close();
    }

    @Override
    protected ContainerRuntime runtime() {
        return node.runtime();
    }

    @Override
    protected ImageService images() {
        return node.image;
    }

    @Test
    void podAnswersOnItsAddressFromTheHost() {
        PodSandboxConfig config = podConfig();
        String sandbox = runSandbox(config);
        startContainer(sandbox, config, "httpd", "-f", "-p", "8080");
        String ip = runtime().podSandboxStatus(sandbox).getNetwork().getIp();

        await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> {
            try (Socket socket = new Socket(ip, 8080)) {
                return socket.isConnected();
            }
        });
    }

    @Test
    void nextInstanceGoesOnWithWhatRunsAndTakesAwayWhatWasHalfMade() throws IOException {
        PodSandboxConfig config = podConfig();
        String sandbox = runSandbox(config);
        String kept = startContainer(sandbox, config, "sleep", "600");
        String half = startContainer(sandbox, config, "sleep", "601");
        Files.delete(node.settings.containers().resolve(half).resolve("state.json"));

        node.restart();

        assertThat(runtime().containerStatus(kept).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        assertThat(node.settings.containers().resolve(half)).doesNotExist();
        assertThat(LinuxProcess.all().filter(p -> p.hasOption("sleep", "601"))).isEmpty();
        runtime().stopContainer(kept, Duration.ofSeconds(0));
        assertThat(runtime().containerStatus(kept).getExitCode()).isEqualTo(137);
    }

    @Test
    void containerEndsWithTheConmonThatHoldsIt() {
        PodSandboxConfig config = podConfig();
        String sandbox = runSandbox(config);
        String container = startContainer(sandbox, config, "sleep", "602");

        kill("--cid", container);

        await().atMost(Duration.ofSeconds(10)).until(() -> sleepers("602") == 0);
        assertThat(runtime().containerStatus(container).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        assertThat(runtime().containerStatus(container).getExitCode()).isEqualTo(255);
    }

    @Test
    void soDoesOneWhoseConmonAnEarlierInstanceBegan() throws IOException {
        PodSandboxConfig config = podConfig();
        String sandbox = runSandbox(config);
        String container = startContainer(sandbox, config, "sleep", "603");
        node.restart();

        kill("--cid", container);

        await().atMost(Duration.ofSeconds(10)).until(() -> {
            runtime().listContainers(ContainerFilter.getDefaultInstance());
            return sleepers("603") == 0;
        });
        assertThat(runtime().containerStatus(container).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
    }

    private static void kill(String option, String value) {
        LinuxProcess.all().filter(p -> p.hasOption(option, value)).forEach(LinuxProcess::kill);
    }

    private static long sleepers(String seconds) {
        return LinuxProcess.all().filter(p -> p.hasOption("sleep", seconds)).count();
    }
}

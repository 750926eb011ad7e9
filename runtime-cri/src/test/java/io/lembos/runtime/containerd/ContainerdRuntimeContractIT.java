package io.lembos.runtime.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ContainerRuntimeContract;
import io.lembos.runtime.ImageService;
import io.lembos.runtime.client.CriClient;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ContainerdRuntimeContractIT extends ContainerRuntimeContract {

    private static ContainerdNode node;
    private static CriClient client;

    @BeforeAll
    static void start() throws IOException {
        node = ContainerdNode.start(ContainerdNode.newSpec());
        client = node.client();
    }

    @AfterAll
    static void delete() {
        try (ContainerdNode closing = node;
                CriClient connection = client) {
            assertThat(closing).isNotNull();
        }
    }

    @Override
    protected ContainerRuntime runtime() {
        return client;
    }

    @Override
    protected ImageService images() {
        return client;
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
}

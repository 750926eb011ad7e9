package io.lembos.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ContainerRuntimeContract;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.ImageService;
import io.lembos.runtime.client.CriClient;
import io.lembos.runtime.client.CriDeadlines;
import io.lembos.runtime.client.UnixSocketPath;
import io.lembos.runtime.cri.v1.ContainerEventResponse;
import io.lembos.runtime.cri.v1.ContainerEventType;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.simulated.SimulatedRuntime;
import io.lembos.runtime.time.SystemRuntimeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A runtime is the same runtime through its socket. */
class CriServerContractTest extends ContainerRuntimeContract {
    @TempDir
    static Path folder;

    private static final SystemRuntimeClock CLOCK = new SystemRuntimeClock();
    private static Served served;

    /** A simulated runtime, its server and a client. */
    private record Served(UnixSocketPath socket, SimulatedRuntime simulated, CriServer server, CriClient client)
            implements AutoCloseable {
        static Served open(String name) throws IOException {
            UnixSocketPath socket = new UnixSocketPath(folder.resolve(name));
            SimulatedRuntime simulated = new SimulatedRuntime(CLOCK, "10.250.0.0/24", List.of(IMAGE));
            CriServer server = CriServer.open(socket, simulated, simulated.images());
            return new Served(socket, simulated, server, CriClient.open(socket, CriDeadlines.defaults()));
        }

        @Override
        public void close() {
            client.close();
            server.close();
            simulated.close();
        }
    }

    @BeforeAll
    static void open() throws IOException {
        served = Served.open("cri.sock");
    }

    @AfterAll
    static void close() {
        served.close();
        CLOCK.close();
    }

    @Override
    protected ContainerRuntime runtime() {
        return served.client();
    }

    @Override
    protected ImageService images() {
        return served.client();
    }

    @Test
    void socketIsItsOwnersAloneAndGoesWithTheServer() throws IOException {
        Path socket;
        try (Served other = Served.open("other.sock")) {
            socket = other.socket().path();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void aServerAfterAKilledOneTakesTheSocketOver() throws IOException {
        try (Served killed = Served.open("again.sock");
                Served next = Served.open("again.sock")) {
            assertThat(next.client().version().getRuntimeApiVersion()).isEqualTo("v1");
            assertThat(killed.socket()).isEqualTo(next.socket());
        }
    }

    @Test
    void eventsArrive() {
        List<ContainerEventResponse> heard = new CopyOnWriteArrayList<>();
        var reader = served.client().containerEvents().subscribe().with(heard::add, failure -> {});
        try {
            // Until one is early enough for the subscription.
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                PodSandboxConfig config = podConfig();
                startContainer(runSandbox(config), config, "true");
                return heard.stream()
                        .anyMatch(e -> e.getContainerEventType() == ContainerEventType.CONTAINER_STOPPED_EVENT);
            });
        } finally {
            reader.cancel();
        }
    }

    @Test
    void codesComeThrough() {
        assertThatThrownBy(() -> served.client().startContainer("absent"))
                .isInstanceOfSatisfying(
                        ContainerRuntimeException.class,
                        e -> assertThat(e.code()).isEqualTo(Status.Code.NOT_FOUND));
    }
}

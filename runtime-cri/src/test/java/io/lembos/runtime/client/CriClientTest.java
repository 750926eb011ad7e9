package io.lembos.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.ContainerEventResponse;
import io.lembos.runtime.cri.v1.GetEventsRequest;
import io.lembos.runtime.cri.v1.RuntimeServiceGrpc;
import io.lembos.runtime.cri.v1.StatusRequest;
import io.lembos.runtime.cri.v1.StatusResponse;
import io.lembos.runtime.cri.v1.VersionRequest;
import io.lembos.runtime.cri.v1.VersionResponse;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CriClientTest {

    private static final CriDeadlines SHORT =
            new CriDeadlines(Duration.ofMillis(800), Duration.ofSeconds(2), Duration.ofSeconds(2));

    @TempDir
    Path directory;

    private final EventLoopGroup loop = new NioEventLoopGroup(1);
    private Path socket;
    private Server server;
    private CriClient client;

    @BeforeEach
    void open() {
        socket = directory.resolve("cri.sock");
        client = CriClient.open(
                new UnixSocketPath(socket),
                new CriDeadlines(SHORT.query().plusSeconds(9), SHORT.change(), SHORT.pull()));
    }

    @AfterEach
    void close() throws InterruptedException {
        client.close();
        if (server != null) {
            server.shutdownNow().awaitTermination();
        }
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    @Test
    void absentSocketIsUnavailable() {
        assertFails(client::version, Status.Code.UNAVAILABLE, "cri.sock does not answer");
    }

    @Test
    void firstCallAfterTheSocketsReturnSucceeds() throws Exception {
        serve(new Runtime("v1"));
        assertThat(client.version().getRuntimeName()).isEqualTo("test");

        server.shutdownNow().awaitTermination();
        Files.deleteIfExists(socket);
        assertFails(client::version, Status.Code.UNAVAILABLE, "does not answer");

        serve(new Runtime("v1"));
        assertThat(client.version().getRuntimeName()).isEqualTo("test");
    }

    @Test
    void runtimeWithoutV1IsRefused() throws IOException {
        serve(new Runtime("v1alpha2"));
        assertFails(
                client::version,
                Status.Code.FAILED_PRECONDITION,
                "does not serve CRI v1 (it answers with CRI v1alpha2)");
    }

    @Test
    void runtimeThatDoesNotKnowTheServiceIsRefused() throws IOException {
        serve(new RuntimeServiceGrpc.RuntimeServiceImplBase() {});
        assertFails(client::version, Status.Code.FAILED_PRECONDITION, "does not serve CRI v1");
    }

    @Test
    void codeAndWordsOfTheRuntimeAreKept() throws IOException {
        serve(new Runtime("v1"));
        assertFails(client::status, Status.Code.RESOURCE_EXHAUSTED, "disk is full");
    }

    @Test
    void silentRuntimeEndsInDeadlineExceeded() throws IOException {
        serve(new RuntimeServiceGrpc.RuntimeServiceImplBase() {
            @Override
            public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
                // Never answers.
            }
        });
        try (CriClient impatient = CriClient.open(new UnixSocketPath(socket), SHORT)) {
            assertFails(impatient::status, Status.Code.DEADLINE_EXCEEDED, "");
        }
    }

    @Test
    void eventsComeInOrderAndEndWithTheRuntimesError() throws IOException {
        serve(new Runtime("v1"));

        var failed = client.containerEvents()
                .onFailure()
                .invoke(this::assertLost)
                .onFailure()
                .recoverWithCompletion();
        List<String> ids = failed.map(ContainerEventResponse::getContainerId)
                .collect()
                .asList()
                .await()
                .atMost(Duration.ofSeconds(10));

        assertThat(ids).hasSize(100).startsWith("c0", "c1").endsWith("c99");
    }

    private void assertLost(Throwable failure) {
        assertThat(failure)
                .isInstanceOfSatisfying(
                        ContainerRuntimeException.class,
                        e -> assertThat(e.code()).isEqualTo(Status.Code.ABORTED));
    }

    @Test
    void socketPathHasTheKernelsLimit() {
        assertThat(UnixSocketPath.parse("unix:///run/x.sock").path()).isEqualTo(Path.of("/run/x.sock"));
        assertThat(new UnixSocketPath(Path.of("/" + "a".repeat(106)))).isNotNull();
        assertThatThrownBy(() -> new UnixSocketPath(Path.of("/" + "a".repeat(107))))
                .hasMessageContaining("108 bytes");
        assertThatThrownBy(() -> UnixSocketPath.parse("tcp://x")).hasMessageContaining("unix:///path");
        assertThatThrownBy(() -> UnixSocketPath.parse("x.sock")).hasMessageContaining("not absolute");
    }

    private static void assertFails(Runnable call, Status.Code code, String words) {
        assertThatThrownBy(call::run)
                .hasMessageContaining(words)
                .isInstanceOfSatisfying(
                        ContainerRuntimeException.class,
                        e -> assertThat(e.code()).isEqualTo(code));
    }

    private void serve(BindableService service) throws IOException {
        server = NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelType(NioServerDomainSocketChannel.class)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .addService(service)
                .build()
                .start();
    }

    private static final class Runtime extends RuntimeServiceGrpc.RuntimeServiceImplBase {

        private final String apiVersion;

        Runtime(String apiVersion) {
            this.apiVersion = apiVersion;
        }

        @Override
        public void version(VersionRequest request, StreamObserver<VersionResponse> observer) {
            observer.onNext(VersionResponse.newBuilder()
                    .setRuntimeName("test")
                    .setRuntimeApiVersion(apiVersion)
                    .build());
            observer.onCompleted();
        }

        @Override
        public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
            observer.onError(
                    Status.RESOURCE_EXHAUSTED.withDescription("disk is full").asRuntimeException());
        }

        @Override
        public void getContainerEvents(GetEventsRequest request, StreamObserver<ContainerEventResponse> observer) {
            for (int i = 0; i < 100; i++) {
                observer.onNext(ContainerEventResponse.newBuilder()
                        .setContainerId("c" + i)
                        .build());
            }
            observer.onError(Status.ABORTED.asRuntimeException());
        }
    }
}

package io.lembos.apiserver.store.etcd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/** A real etcd, found on the PATH, as a child process with a data directory of its own on free loopback ports. */
public final class EtcdServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final int clientPort = freePort();
    private final int peerPort = freePort();
    private final int healthPort = freePort();
    private final Optional<EtcdConfig.Tls> tls;
    private Process process;

    private EtcdServer(Path directory, Optional<EtcdConfig.Tls> tls) {
        this.directory = directory;
        this.tls = tls;
    }

    public static EtcdServer start(Path directory) {
        return start(directory, Optional.empty());
    }

    /** One that asks its clients for a certificate of the same CA. */
    static EtcdServer start(Path directory, EtcdConfig.Tls files) {
        return start(directory, Optional.of(files));
    }

    private static EtcdServer start(Path directory, Optional<EtcdConfig.Tls> tls) {
        EtcdServer server = new EtcdServer(directory, tls);
        server.start();
        return server;
    }

    /** Another process on the data of one that has been killed, at an address that nobody knows. */
    public static EtcdServer startHidden(EtcdServer killed) {
        return start(killed.directory);
    }

    public URI endpoint() {
        return URI.create((tls.isPresent() ? "https" : "http") + "://127.0.0.1:" + clientPort);
    }

    /** Starts it again on the same data, and waits until it answers. */
    public void start() {
        try {
            process = new ProcessBuilder(command())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("etcd.log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("etcd must be installed (Debian's etcd-server)", e);
        }
        awaitHealthy(URI.create("http://127.0.0.1:" + healthPort));
    }

    /** SIGKILL, and waits for the end. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }

    static void awaitHealthy(URI endpoint) {
        HttpRequest request =
                HttpRequest.newBuilder(endpoint.resolve("/health")).build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> http.send(request, HttpResponse.BodyHandlers.ofString())
                            .body()
                            .contains("\"true\""));
        }
    }

    private List<String> command() {
        String peer = "http://127.0.0.1:" + peerPort;
        List<String> command = new ArrayList<>(List.of("etcd", "--name", "default"));
        command.addAll(List.of("--data-dir", directory.resolve("data").toString()));
        command.addAll(List.of(
                "--listen-client-urls",
                endpoint().toString(),
                "--advertise-client-urls",
                endpoint().toString()));
        command.addAll(List.of("--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer));
        command.addAll(List.of("--initial-cluster", "default=" + peer));
        command.addAll(List.of("--listen-metrics-urls", "http://127.0.0.1:" + healthPort));
        tls.ifPresent(files -> command.addAll(List.of(
                "--client-cert-auth",
                "--trusted-ca-file=" + files.ca(),
                "--cert-file=" + files.certificate(),
                "--key-file=" + files.key())));
        return command;
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

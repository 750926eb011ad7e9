package io.lembos.integration.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A real etcd of one member on free loopback ports, gone with its data when closed. */
public final class EtcdProcess implements AutoCloseable {
    private final Process process;
    private final Path data;
    private final String endpoint;

    private EtcdProcess(Process process, Path data, String endpoint) {
        this.process = process;
        this.data = data;
        this.endpoint = endpoint;
    }

    public static EtcdProcess start() {
        try {
            Path data = Files.createTempDirectory("lmb-etcd");
            String client = "http://127.0.0.1:" + freePort();
            String peer = "http://127.0.0.1:" + freePort();
            Process process = new ProcessBuilder(
                            "etcd",
                            "--data-dir",
                            data.toString(),
                            "--listen-client-urls",
                            client,
                            "--advertise-client-urls",
                            client,
                            "--listen-peer-urls",
                            peer,
                            "--initial-advertise-peer-urls",
                            peer,
                            "--initial-cluster",
                            "default=" + peer)
                    .redirectErrorStream(true)
                    .redirectOutput(data.resolve("etcd.log").toFile())
                    .start();
            EtcdProcess etcd = new EtcdProcess(process, data, client);
            etcd.etcdctl("endpoint", "health"); // Waits until it is connected.
            return etcd;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String endpoint() {
        return endpoint;
    }

    public String etcdctl(String... arguments) {
        var line = new java.util.ArrayList<>(
                List.of("etcdctl", "--endpoints", endpoint, "--dial-timeout", "10s", "--command-timeout", "10s"));
        line.addAll(List.of(arguments));
        return new Command(Map.of("ETCDCTL_API", "3"), line).output();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
        try (Stream<Path> paths = Files.walk(data)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

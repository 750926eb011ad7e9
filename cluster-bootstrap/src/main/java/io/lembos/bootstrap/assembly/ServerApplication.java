package io.lembos.bootstrap.assembly;

import io.lembos.api.time.SystemClock;
import io.lembos.bootstrap.config.ClusterConfig;
import io.lembos.bootstrap.config.ClusterFiles;
import io.lembos.bootstrap.pki.ClusterPki;
import io.lembos.bootstrap.process.ClusterLock;
import io.lembos.bootstrap.process.Phase;
import io.lembos.bootstrap.process.PhaseListener;
import io.lembos.bootstrap.process.ReadySocket;
import io.lembos.bootstrap.process.ServerProcess;
import io.quarkus.runtime.Quarkus;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * The life of a server process: takes the cluster's lock, starts the cluster and Quarkus side by side, and waits for the
 * end. Quarkus serves the dashboard and gives the process its shutdown; the cluster itself does not depend on it.
 */
public final class ServerApplication {
    /** What the Quarkus side finds the cluster by; completed once, by the thread that starts it. */
    public static final CompletableFuture<AllInOne> CLUSTER = new CompletableFuture<>();

    public static final CompletableFuture<ClusterConfig> CONFIG = new CompletableFuture<>();
    public static final CompletableFuture<ClusterPki> PKI = new CompletableFuture<>();
    public static final SystemClock CLOCK = new SystemClock();

    private final ClusterConfig config;
    private final ClusterFiles files;
    private final boolean train;

    /** @param train ends the process as soon as the cluster has run a pod */
    public ServerApplication(ClusterConfig config, ClusterFiles files, boolean train) {
        this.config = config;
        this.files = files;
        this.train = train;
    }

    public int run() throws IOException {
        try (ClusterLock lock = ClusterLock.take(files)) {
            Files.deleteIfExists(files.stopping()); // Of a command that was killed.
            PhaseListener listener = listener();
            long begun = System.nanoTime();
            ClusterPki pki = ClusterCertificates.ensure(config, files, CLOCK);
            long millis = (System.nanoTime() - begun) / 1_000_000;
            listener.onPhase(
                    new Phase("pki", "certificates", millis, sinceStart().toMillis()));
            CONFIG.complete(config);
            PKI.complete(pki);
            Thread.ofPlatform().name("start").start(() -> startCluster(pki, listener));
            configureQuarkus(pki);
            Quarkus.run();
            return 0;
        }
    }

    private void startCluster(ClusterPki pki, PhaseListener listener) {
        Vertx vertx = Vertx.vertx();
        try {
            AllInOne cluster = new AllInOne(config, files, vertx, CLOCK, new SecureRandom(), listener, sinceStart());
            CLUSTER.complete(cluster.start(pki));
            if (train) {
                Training.run(cluster);
                Quarkus.asyncExit(0);
            }
        } catch (Exception e) {
            System.err.println("lembos: the cluster could not start: " + e.getMessage());
            e.printStackTrace();
            CLUSTER.completeExceptionally(e);
            Quarkus.asyncExit(1);
        }
    }

    private void configureQuarkus(ClusterPki pki) {
        System.setProperty("quarkus.http.host", "127.0.0.1");
        System.setProperty("quarkus.http.ssl-port", String.valueOf(config.dashboardPort()));
        System.setProperty("quarkus.http.insecure-requests", "disabled");
        System.setProperty(
                "quarkus.http.ssl.certificate.files",
                pki.certificateFile(ClusterCertificates.API_SERVER).toString());
        System.setProperty(
                "quarkus.http.ssl.certificate.key-files",
                pki.keyFile(ClusterCertificates.API_SERVER).toString());
    }

    private static PhaseListener listener() throws IOException {
        String socket = System.getenv("LEMBOS_READY_SOCKET");
        PhaseListener log = phase ->
                System.out.printf("%6d ms  %s (%d ms)%n", phase.sinceStartMillis(), phase.title(), phase.millis());
        if (socket == null || socket.isEmpty()) {
            return log;
        }
        PhaseListener up = ReadySocket.reportTo(Path.of(socket));
        return phase -> {
            log.onPhase(phase);
            up.onPhase(phase);
        };
    }

    private static Duration sinceStart() {
        String started = System.getenv(ServerProcess.STARTED);
        if (started != null) {
            return Duration.between(Instant.ofEpochMilli(Long.parseLong(started)), CLOCK.now());
        }
        return ProcessHandle.current()
                .info()
                .startInstant()
                .map(start -> Duration.between(start, CLOCK.now()))
                .orElse(Duration.ZERO);
    }
}

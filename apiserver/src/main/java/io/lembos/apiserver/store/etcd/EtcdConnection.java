package io.lembos.apiserver.store.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.Lease;
import io.etcd.jetcd.Watch;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.lembos.apiserver.store.StoreUnavailableException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * The client, and the deadlines that jetcd lacks.
 *
 * <p>Every unary call carries a gRPC deadline: without it a request whose future timed out would still wait in the
 * channel and be sent when etcd comes back. Calls fail at once while no member can be reached ({@code waitForReady} is
 * off). gRPC reconnects with delays up to two minutes, so the follower {@linkplain #renew renews} the client instead
 * of waiting for that. The present client is guarded by this object's monitor.
 */
final class EtcdConnection implements AutoCloseable {
    private static final Duration KEEPALIVE = Duration.ofSeconds(10);
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final EtcdConfig config;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private Client client;

    EtcdConnection(EtcdConfig config) {
        this.config = config;
        this.client = connect();
    }

    KV kv() {
        return client().getKVClient();
    }

    Lease lease() {
        return client().getLeaseClient();
    }

    Watch watch() {
        return client().getWatchClient();
    }

    /** Drops the channel, with the calls that are under way, for a new one that connects at once. */
    void renew() {
        Client old;
        synchronized (this) {
            old = client;
            client = connect();
        }
        old.close();
    }

    @Override
    public void close() {
        client().close();
        executor.shutdown();
    }

    /** The answer, or the failure as it came. The deadline is the call's own; this only guards against losing it. */
    <T> T await(CompletableFuture<T> answer) throws ExecutionException, TimeoutException, InterruptedException {
        return answer.get(config.requestTimeout().plus(MARGIN).toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The answer to a question; any failure means that the store does not answer. */
    <T> T ask(CompletableFuture<T> answer) {
        try {
            return await(answer);
        } catch (ExecutionException e) {
            throw unavailable(e.getCause());
        } catch (TimeoutException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
    }

    StoreUnavailableException unavailable(Throwable cause) {
        return new StoreUnavailableException("etcd does not answer: " + cause.getMessage(), cause);
    }

    /** Whether the request cannot have left this process. */
    static boolean isUnsent(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException) {
                return true;
            }
        }
        return false;
    }

    static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    private synchronized Client client() {
        return client;
    }

    private Client connect() {
        ClientBuilder builder = Client.builder()
                .endpoints(config.endpoints())
                .executorService(executor)
                .interceptor(new Deadline(config.requestTimeout()))
                .connectTimeout(config.requestTimeout())
                .keepaliveTime(KEEPALIVE)
                .keepaliveTimeout(config.requestTimeout())
                .retryMaxAttempts(1)
                .waitForReady(false);
        config.tls().ifPresent(tls -> secure(builder, tls));
        return builder.build();
    }

    private static void secure(ClientBuilder builder, EtcdConfig.Tls tls) {
        try {
            builder.sslContext(ssl -> ssl.trustManager(tls.ca().toFile())
                    .keyManager(tls.certificate().toFile(), tls.key().toFile()));
        } catch (SSLException e) {
            throw new StoreUnavailableException("unusable TLS files for etcd: " + tls, e);
        }
    }

    /** Gives each call with one answer its deadline; streams live on. */
    private record Deadline(Duration timeout) implements ClientInterceptor {
        @Override
        public <A, B> ClientCall<A, B> interceptCall(MethodDescriptor<A, B> method, CallOptions options, Channel next) {
            boolean unary = method.getType() == MethodDescriptor.MethodType.UNARY;
            return next.newCall(
                    method, unary ? options.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS) : options);
        }
    }
}

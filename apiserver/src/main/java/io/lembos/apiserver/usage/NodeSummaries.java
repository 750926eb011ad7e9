package io.lembos.apiserver.usage;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.http.EventLoopCall;
import io.lembos.apiserver.registry.AtOnce;
import io.lembos.apiserver.registry.CanonicalJson;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks node agents for {@code /stats/summary}: several at the same time, of all requests together {@link #AT_ONCE_MAX} at most;
 * who comes then waits. Each has to answer within {@link #PATIENCE}; who does not is left out. Safe for many threads.
 */
public final class NodeSummaries {
    private static final Logger LOG = LoggerFactory.getLogger(NodeSummaries.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int AT_ONCE_MAX = 64;

    private final HttpClient kubelets;
    private final Vertx vertx;
    private final Clock clock;
    private final Semaphore places = new Semaphore(AT_ONCE_MAX, true);

    /** @param kubelets client that shows the API server's certificate and trusts the cluster's authority */
    public NodeSummaries(HttpClient kubelets, Vertx vertx, Clock clock) {
        this.kubelets = kubelets;
        this.vertx = vertx;
        this.clock = clock;
    }

    /**
     * @param agents where each node's agent listens, by the node's name
     * @return the summaries of those that have answered, by the node's name
     */
    public Map<String, JsonNode> of(Map<String, InetSocketAddress> agents) {
        Map<String, JsonNode> found = new ConcurrentHashMap<>();
        List<Runnable> questions = new ArrayList<>();
        agents.forEach((node, address) ->
                questions.add(() -> inItsTurn(node, address).ifPresent(summary -> found.put(node, summary))));
        AtOnce.run(questions);
        return found;
    }

    private Optional<JsonNode> inItsTurn(String node, InetSocketAddress address) {
        places.acquireUninterruptibly();
        try {
            return Optional.of(CanonicalJson.MAPPER.readTree(ask(address).getBytes()));
        } catch (CompletionException e) {
            LOG.debug("The agent of node {} has not told what is used", node, e.getCause());
        } catch (IOException e) {
            LOG.debug("The agent of node {} tells what is used in a form that nobody understands", node, e);
        } finally {
            places.release();
        }
        return Optional.empty();
    }

    /** Fails with CompletionException. */
    private Buffer ask(InetSocketAddress address) {
        AtomicReference<HttpClientRequest> sent = new AtomicReference<>();
        CompletableFuture<Buffer> answer = EventLoopCall.begin(
                vertx,
                () -> kubelets.request(HttpMethod.GET, address.getPort(), address.getHostString(), "/stats/summary")
                        .compose(request -> {
                            sent.set(request);
                            return request.send();
                        })
                        .compose(response -> response.statusCode() == 200
                                ? response.body()
                                : Future.failedFuture("it answered " + response.statusCode())));
        Clock.Timer deadline =
                clock.after(PATIENCE, () -> answer.completeExceptionally(new TimeoutException("no answer")));
        try {
            return answer.join();
        } finally {
            deadline.cancel();
            HttpClientRequest request = sent.get();
            if (answer.isCompletedExceptionally() && request != null) {
                request.reset();
            }
        }
    }
}

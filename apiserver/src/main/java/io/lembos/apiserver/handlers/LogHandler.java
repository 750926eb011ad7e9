package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.ObjectKey;
import io.lembos.apiserver.http.EventLoopCall;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.Registry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * {@code GET} of {@code pods/NAME/log}: asks the node agent on the pod's node, as the API server, and passes its answer
 * through as it comes.
 */
public final class LogHandler implements Handler {
    private static final List<String> PARAMETERS = List.of(
            "follow", "previous", "timestamps", "tailLines", "limitBytes", "sinceSeconds", "sinceTime", "stream");

    private final Registry registry;
    private final HttpClient kubelets;

    /** @param kubelets client that shows the API server's certificate and trusts the cluster's authority */
    public LogHandler(Registry registry, HttpClient kubelets) {
        this.registry = registry;
        this.kubelets = kubelets;
    }

    @Override
    public void handle(Target target) throws InterruptedException {
        ObjectKey key = target.key();
        JsonNode pod =
                CanonicalJson.read(registry.reader().get(target.kind(), key).bytes());
        String container = PodContainers.of(pod).choose(target.exchange().query("container"), key.name());
        String node = pod.path("spec").path("nodeName").asText("");
        if (node.isEmpty()) {
            target.exchange().send(200, "text/plain", new byte[0]);
            return;
        }
        NodeAgent kubelet = NodeAgent.of(registry, node);
        String path =
                "/containerLogs/" + key.namespace() + "/" + key.name() + "/" + container + query(target.exchange());
        pass(kubelet, path, target.exchange());
    }

    private static String query(Exchange exchange) {
        List<String> given = new ArrayList<>();
        for (String parameter : PARAMETERS) {
            String value = exchange.query(parameter);
            if (!value.isEmpty()) {
                given.add(parameter + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
        }
        return given.isEmpty() ? "" : "?" + String.join("&", given);
    }

    private void pass(NodeAgent kubelet, String path, Exchange exchange) {
        HttpServerResponse response = exchange.response();
        try {
            EventLoopCall.begin(
                            exchange,
                            () -> kubelets.request(HttpMethod.GET, kubelet.port(), kubelet.host(), path)
                                    .compose(request -> {
                                        response.closeHandler(gone -> request.reset());
                                        return request.send();
                                    })
                                    .compose(answer -> forward(answer, response)))
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ApiError refused) {
                throw refused;
            }
            if (!response.closed()) {
                throw ApiError.internal("the node agent at " + kubelet.host() + ":" + kubelet.port()
                        + " cannot be reached: " + e.getCause().getMessage());
            }
        }
    }

    private static Future<Void> forward(HttpClientResponse answer, HttpServerResponse response) {
        if (answer.statusCode() != 200) {
            return answer.body().compose(text -> Future.failedFuture(refusal(answer.statusCode(), text)));
        }
        response.setStatusCode(answer.statusCode());
        String type = answer.getHeader("Content-Type");
        response.putHeader("Content-Type", type == null ? "text/plain" : type).setChunked(true);
        response.write(Buffer.buffer());
        return answer.pipeTo(response);
    }

    /** What the node agent says in plain text, as a Status. */
    private static ApiError refusal(int code, Buffer text) {
        String message = text.toString(StandardCharsets.UTF_8).strip();
        return code == 400 ? ApiError.badRequest(message) : ApiError.internal("the node agent answered: " + message);
    }
}

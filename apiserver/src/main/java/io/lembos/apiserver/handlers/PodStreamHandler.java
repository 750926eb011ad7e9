package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.ObjectKey;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.streaming.UpgradeTunnel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code exec}, {@code attach} and {@code portforward} of pods: finds the pod's node agent and joins the client to it
 * (pkg/registry/core/pod/strategy.go, streamLocation). Which protocol they speak is between the two.
 */
public final class PodStreamHandler implements Handler {
    private final Registry registry;
    private final UpgradeTunnel tunnel;

    public PodStreamHandler(Registry registry, UpgradeTunnel tunnel) {
        this.registry = registry;
        this.tunnel = tunnel;
    }

    @Override
    public void handle(Target target) {
        ObjectKey key = target.key();
        JsonNode pod =
                CanonicalJson.read(registry.reader().get(target.kind(), key).bytes());
        Exchange exchange = target.exchange();
        String of = key.namespace() + "/" + key.name();
        String path = switch (target.info().subresource()) {
            case "exec" -> "/exec/" + of + "/" + container(pod, key, exchange) + query(exchange, true);
            case "attach" -> "/attach/" + of + "/" + container(pod, key, exchange) + query(exchange, false);
            default -> "/portForward/" + of + ports(exchange);
        };
        String node = pod.path("spec").path("nodeName").asText("");
        if (node.isEmpty()) {
            throw ApiError.badRequest("pod " + key.name() + " does not have a host assigned");
        }
        NodeAgent agent = NodeAgent.of(registry, node);
        if (!UpgradeTunnel.isAskedFor(exchange)) {
            throw ApiError.badRequest("Upgrade request required");
        }
        tunnel.open(InetSocketAddress.createUnresolved(agent.host(), agent.port()), path, exchange);
    }

    private static String container(JsonNode pod, ObjectKey key, Exchange exchange) {
        return PodContainers.of(pod).choose(exchange.query("container"), key.name());
    }

    private static String query(Exchange exchange, boolean command) {
        List<Map.Entry<String, String>> parameters = new ArrayList<>();
        flag(exchange, "stdin", "input", parameters);
        flag(exchange, "stdout", "output", parameters);
        flag(exchange, "stderr", "error", parameters);
        flag(exchange, "tty", "tty", parameters);
        if (command) {
            exchange.queries("command").forEach(word -> parameters.add(Map.entry("command", word)));
        }
        return UpgradeTunnel.query(parameters);
    }

    /** The API and the node agent have different names for the same. */
    private static void flag(
            Exchange exchange, String name, String agents, List<Map.Entry<String, String>> parameters) {
        if (exchange.flag(name)) {
            parameters.add(Map.entry(agents, "1"));
        }
    }

    private static String ports(Exchange exchange) {
        return UpgradeTunnel.query(exchange.queries("ports").stream()
                .map(port -> Map.entry("port", port))
                .toList());
    }
}

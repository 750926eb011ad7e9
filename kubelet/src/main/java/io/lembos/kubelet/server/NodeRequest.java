package io.lembos.kubelet.server;

import java.util.List;
import java.util.Map;

/**
 * A request to the node agent as the API server's authorizer understands it: something done to a part of a Node object
 * (pkg/kubelet/server/auth.go).
 *
 * @param verb of the API
 * @param subresources of the node; one that is allowed is enough
 */
record NodeRequest(String verb, List<String> subresources) {
    private static final Map<String, String> VERBS = Map.of(
            "POST", "create", "GET", "get", "HEAD", "get", "PUT", "update", "PATCH", "patch", "DELETE", "delete");

    static NodeRequest of(String method, String path) {
        return new NodeRequest(VERBS.getOrDefault(method, ""), subresources(path));
    }

    private static List<String> subresources(String path) {
        return switch (path.split("/", 3)[1]) {
            case "stats" -> List.of("stats");
            case "metrics" -> List.of("metrics");
            case "logs" -> List.of("log");
            case "checkpoint" -> List.of("checkpoint");
            case "healthz" -> List.of("healthz", "proxy");
            case "configz" -> List.of("configz", "proxy");
            case "pods", "runningpods" -> List.of("pods", "proxy");
            default -> List.of("proxy");
        };
    }
}

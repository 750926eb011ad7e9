package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.SimulationAnnotations;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.Registry;
import java.util.Optional;

/** Where the agent of a node listens, as the node's status tells it. */
record NodeAgent(String host, int port) {

    /** @throws ApiError when the node has none: it has not told yet, or is simulated and never will */
    static NodeAgent of(Registry registry, String nodeName) {
        Kind nodes = registry.kinds().byPlural("", "v1", "nodes").orElseThrow();
        JsonNode node = CanonicalJson.read(
                registry.reader().get(nodes, ObjectKey.cluster(nodeName)).bytes());
        return find(node).orElseThrow(() -> hasNone(nodeName, node));
    }

    /** Empty where the node has none. */
    static Optional<NodeAgent> find(JsonNode node) {
        JsonNode status = node.path("status");
        int port = status.at("/daemonEndpoints/kubeletEndpoint/Port").asInt();
        return status.path("addresses")
                .valueStream()
                .filter(address -> address.path("type").asText().equals("InternalIP") && port > 0)
                .map(address -> new NodeAgent(address.path("address").asText(), port))
                .findFirst();
    }

    private static ApiError hasNone(String nodeName, JsonNode node) {
        return isSimulated(node)
                ? ApiError.badRequest("node \"" + nodeName + "\" is simulated: no container runs in its pods,"
                        + " so there are no logs and nothing can be run in them or connected to")
                : ApiError.internal("node \"" + nodeName + "\" has told no address yet");
    }

    private static boolean isSimulated(JsonNode node) {
        return node.path("metadata")
                .path("annotations")
                .path(SimulationAnnotations.SIMULATED)
                .asText()
                .equals("true");
    }
}

package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.Registry;

/**
 * {@code exec}, {@code attach} and {@code portforward} of pods: not served yet, and refused in words that say why where
 * they never will be, because the pod's node is simulated.
 */
public final class PodStreamHandler implements Handler {
    private final Registry registry;

    public PodStreamHandler(Registry registry) {
        this.registry = registry;
    }

    @Override
    public void handle(Target target) {
        JsonNode pod = CanonicalJson.read(
                registry.reader().get(target.kind(), target.key()).bytes());
        String node = pod.path("spec").path("nodeName").asText("");
        if (!node.isEmpty()) {
            NodeAgent.of(registry, node);
        }
        throw ResourceRoutes.notAllowed();
    }
}

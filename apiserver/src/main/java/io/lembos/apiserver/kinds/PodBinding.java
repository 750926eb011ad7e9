package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.apiserver.schema.Times;
import java.time.Instant;

/** Gives a pod its node, as the {@code binding} subresource does: once, and never to a pod that is going away. */
public final class PodBinding {
    private PodBinding() {}

    /**
     * Changes the pod in place.
     *
     * @throws ApiError Conflict when it is bound or being deleted already
     */
    public static void apply(ObjectNode pod, ObjectNode binding, Instant now) {
        String name = pod.path("metadata").path("name").asText();
        if (pod.path("metadata").has("deletionTimestamp")) {
            throw ApiError.conflict(
                    "", "pods/binding", name, "pod " + name + " is being deleted, cannot be assigned to a host");
        }
        String node = pod.path("spec").path("nodeName").asText("");
        if (!node.isEmpty()) {
            throw ApiError.conflict(
                    "", "pods/binding", name, "pod " + name + " is already assigned to node \"" + node + "\"");
        }
        pod.withObject("/spec").set("nodeName", binding.path("target").path("name"));
        JsonNode annotations = binding.path("metadata").path("annotations");
        if (!annotations.isEmpty()) {
            pod.withObject("/metadata").withObject("/annotations").setAll((ObjectNode) annotations);
        }
        ObjectNode status = pod.withObject("/status");
        status.remove("nominatedNodeName"); // It has a node now.
        setScheduled(status.withArray("conditions"), now);
    }

    private static void setScheduled(ArrayNode conditions, Instant now) {
        for (int i = 0; i < conditions.size(); i++) {
            if (conditions.get(i).path("type").asText().equals("PodScheduled")) {
                conditions.remove(i);
                break;
            }
        }
        conditions
                .addObject()
                .put("type", "PodScheduled")
                .put("status", "True")
                .put("lastTransitionTime", Times.seconds(now));
    }
}

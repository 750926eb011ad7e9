package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalLong;

/** A pod starts Pending, in a quality-of-service class that follows from its resources. */
final class PodStrategy extends DelegatingStrategy {
    PodStrategy(KindStrategy standard) {
        super(standard);
    }

    @Override
    public void prepareForCreate(ObjectNode pod) {
        super.prepareForCreate(pod);
        pod.putObject("status")
                .put("phase", "Pending")
                .put("qosClass", QosClass.of(pod.path("spec")).name());
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode updated, ObjectNode old) {
        super.prepareForStatusUpdate(updated, old);
        StandardStrategy.take(
                "ownerReferences", StandardStrategy.part(old, "metadata"), updated.withObject("/metadata"));
        ObjectNode status = updated.withObject("/status");
        if (!status.has("qosClass")) {
            StandardStrategy.take("qosClass", StandardStrategy.part(old, "status"), status);
        }
    }

    /** {@code ephemeralcontainers} and {@code resize} take only their part of the spec. */
    @Override
    public void prepareForSubresourceUpdate(String subresource, ObjectNode updated, ObjectNode old) {
        ObjectNode spec = StandardStrategy.part(old, "spec").deepCopy();
        if (subresource.equals("ephemeralcontainers")) {
            StandardStrategy.take("ephemeralContainers", updated.withObject("/spec"), spec);
        } else if (subresource.equals("resize")) {
            takeResources(updated.path("spec"), spec, "containers");
            takeResources(updated.path("spec"), spec, "initContainers");
        }
        updated.set("spec", spec);
        super.prepareForUpdate(updated, old);
    }

    /** A pod that no node runs goes at once; others have the time that they or the client name. */
    @Override
    public OptionalLong gracePeriodSeconds(ObjectNode pod, OptionalLong asked) {
        String phase = pod.path("status").path("phase").asText();
        boolean runs = !pod.path("spec").path("nodeName").asText("").isEmpty()
                && !phase.equals("Succeeded")
                && !phase.equals("Failed");
        if (!runs) {
            return OptionalLong.of(0);
        }
        long own = pod.path("spec").path("terminationGracePeriodSeconds").asLong(0);
        long period = asked.orElse(own);
        return OptionalLong.of(period < 0 ? 1 : period);
    }

    private static void takeResources(JsonNode from, ObjectNode to, String list) {
        for (JsonNode container : to.path(list)) {
            for (JsonNode resized : from.path(list)) {
                if (resized.path("name").equals(container.path("name"))) {
                    StandardStrategy.take("resources", (ObjectNode) resized, (ObjectNode) container);
                    StandardStrategy.take("resizePolicy", (ObjectNode) resized, (ObjectNode) container);
                }
            }
        }
    }
}

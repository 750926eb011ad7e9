package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.schema.Times;
import java.util.OptionalLong;

/**
 * A pod starts Pending, in a quality-of-service class that follows from its resources. One with scheduling gates says so
 * from the start (KEP-3521): the scheduler does not look at it.
 */
final class PodStrategy extends DelegatingStrategy {
    private final Clock clock;

    PodStrategy(KindStrategy standard, Clock clock) {
        super(standard);
        this.clock = clock;
    }

    @Override
    public void prepareForCreate(ObjectNode pod) {
        super.prepareForCreate(pod);
        ObjectNode status = pod.putObject("status")
                .put("phase", "Pending")
                .put("qosClass", QosClass.of(pod.path("spec")).name());
        if (!pod.path("spec").path("schedulingGates").isEmpty()) {
            status.putArray("conditions")
                    .addObject()
                    .put("type", "PodScheduled")
                    .put("status", "False")
                    .put("reason", "SchedulingGated")
                    .put("message", "Scheduling is blocked due to non-empty scheduling gates")
                    .put("lastTransitionTime", Times.seconds(clock.now()));
        }
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

package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.schema.Times;
import java.util.List;

/**
 * A request to sign a certificate says who made it, whatever its maker writes there, and never changes. Whether it is
 * approved is said through {@code approval} alone; everything else of the status through {@code status} alone.
 */
final class CertificateStrategy extends DelegatingStrategy {
    private static final List<String> DECISIONS = List.of("Approved", "Denied");

    private final Clock clock;

    CertificateStrategy(KindStrategy standard, Clock clock) {
        super(standard);
        this.clock = clock;
    }

    @Override
    public void attribute(ObjectNode request, Identity caller) {
        if (!(request.get("spec") instanceof ObjectNode spec)) {
            return;
        }
        spec.remove(List.of("uid", "extra", "groups"));
        spec.put("username", caller.user());
        ArrayNode groups = spec.putArray("groups");
        caller.groups().forEach(groups::add);
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode old) {
        super.prepareForUpdate(updated, old);
        StandardStrategy.take("spec", old, updated);
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode updated, ObjectNode old) {
        super.prepareForStatusUpdate(updated, old);
        ArrayNode conditions = conditions(updated, false);
        conditions(old, true).forEach(conditions::add);
        set(updated, old, conditions);
    }

    @Override
    public void prepareForSubresourceUpdate(String subresource, ObjectNode updated, ObjectNode old) {
        ArrayNode conditions = conditions(updated, true);
        conditions(old, false).forEach(conditions::add);
        super.prepareForStatusUpdate(updated, old);
        StandardStrategy.take("status", old, updated);
        set(updated, old, conditions);
    }

    /** The decisions among the conditions, or the others. */
    private static ArrayNode conditions(ObjectNode request, boolean decisions) {
        ArrayNode found = request.arrayNode();
        request.path("status").path("conditions").forEach(c -> {
            if (DECISIONS.contains(c.path("type").asText()) == decisions) {
                found.add(c.deepCopy());
            }
        });
        return found;
    }

    private void set(ObjectNode updated, ObjectNode old, ArrayNode conditions) {
        ObjectNode status = updated.withObjectProperty("status");
        status.remove("conditions");
        if (conditions.isEmpty()) {
            return;
        }
        String now = Times.seconds(clock.now());
        for (JsonNode condition : conditions) {
            if (!condition.has("lastUpdateTime")) {
                ((ObjectNode) condition).put("lastUpdateTime", now);
            }
            if (!condition.has("lastTransitionTime")) {
                ((ObjectNode) condition).put("lastTransitionTime", transition(condition, old, now));
            }
        }
        status.set("conditions", conditions);
    }

    private static String transition(JsonNode condition, ObjectNode old, String now) {
        return old.path("status")
                .path("conditions")
                .valueStream()
                .filter(c -> c.path("type").equals(condition.path("type"))
                        && c.path("status").equals(condition.path("status")))
                .map(c -> c.path("lastTransitionTime").asText(now))
                .findFirst()
                .orElse(now);
    }
}

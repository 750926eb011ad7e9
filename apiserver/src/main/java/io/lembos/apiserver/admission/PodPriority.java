package io.lembos.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.ObjectKey;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindRegistry;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ListRequest;
import io.lembos.apiserver.registry.ObjectReader;
import io.lembos.apiserver.registry.Selection;
import io.lembos.apiserver.store.Entry;
import java.util.Comparator;
import java.util.Optional;

/**
 * The admission plugin Priority: a pod's priority is that of the class it names, else that of the default class, else 0;
 * what a pod says itself may not differ. There is one default class at most. Stateless.
 */
final class PodPriority {
    private static final JsonNode NOTHING = JsonNodeFactory.instance.missingNode();
    /** As of what this server knows: asking the store anew for each pod would cost more than a moment's delay. */
    private static final ListRequest AT_HAND = new ListRequest(0, "", "0", false);

    private static final String PREEMPT = "PreemptLowerPriority";

    private final KindRegistry kinds;
    private final ObjectReader reader;

    PodPriority(KindRegistry kinds, ObjectReader reader) {
        this.kinds = kinds;
        this.reader = reader;
    }

    void admit(ObjectNode pod, ObjectNode spec) {
        String named = spec.path("priorityClassName").asText("");
        JsonNode chosen = named.isEmpty() ? defaultClass() : find(pod, named);
        int priority = chosen.path("value").asInt(0);
        String policy = chosen.path("preemptionPolicy").asText(PREEMPT);
        if (!chosen.isMissingNode()) {
            spec.set("priorityClassName", chosen.path("metadata").path("name"));
        }
        if (spec.path("priority").asInt(priority) != priority) {
            throw forbidden(
                    pod,
                    "the integer value of priority (" + spec.path("priority").asInt()
                            + ") must not be provided in pod spec; priority admission controller computed " + priority
                            + " from the given PriorityClass name");
        }
        if (!spec.path("preemptionPolicy").asText(policy).equals(policy)) {
            throw forbidden(
                    pod,
                    "the string value of PreemptionPolicy ("
                            + spec.path("preemptionPolicy").asText()
                            + ") must not be provided in pod spec; priority admission controller computed " + policy
                            + " from the given PriorityClass name");
        }
        spec.put("priority", priority);
        spec.put("preemptionPolicy", policy);
    }

    /** Refuses a second default. */
    void admitClass(ObjectNode priorityClass) {
        if (!priorityClass.path("globalDefault").asBoolean(false)) {
            return;
        }
        JsonNode name = priorityClass.path("metadata").path("name");
        JsonNode present = defaultClass().path("metadata").path("name");
        if (!present.isMissingNode() && !present.equals(name)) {
            throw ApiError.forbidden(
                    "scheduling.k8s.io",
                    "priorityclasses",
                    name.asText(""),
                    "PriorityClass " + present.asText() + " is already marked as default. Only one default can exist");
        }
    }

    private JsonNode find(ObjectNode pod, String name) {
        Optional<Entry> found = reader.find(classes(), ObjectKey.cluster(name));
        return found.map(e -> (JsonNode) CanonicalJson.read(e.bytes()))
                .orElseThrow(() -> forbidden(pod, "no PriorityClass with name " + name + " was found"));
    }

    /** The lowest, should two writers have made two at the same time. */
    private JsonNode defaultClass() {
        return reader.list(Selection.of(classes(), "", "", ""), AT_HAND).entries().stream()
                .map(e -> (JsonNode) CanonicalJson.read(e.bytes()))
                .filter(c -> c.path("globalDefault").asBoolean(false))
                .min(Comparator.comparingInt(c -> c.path("value").asInt(0)))
                .orElse(NOTHING);
    }

    private Kind classes() {
        return kinds.byPlural("scheduling.k8s.io", "v1", "priorityclasses").orElseThrow();
    }

    private static ApiError forbidden(ObjectNode pod, String why) {
        return ApiError.forbidden("", "pods", pod.path("metadata").path("name").asText(""), why);
    }
}

package io.lembos.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.ObjectKey;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindRegistry;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ObjectReader;

/**
 * The admission plugin RuntimeClass: a pod that names a class gets its overhead, its node selector and its tolerations; one
 * that says otherwise is refused. Stateless.
 */
final class PodRuntimeClass {
    private final KindRegistry kinds;
    private final ObjectReader reader;

    PodRuntimeClass(KindRegistry kinds, ObjectReader reader) {
        this.kinds = kinds;
        this.reader = reader;
    }

    void admit(ObjectNode pod, ObjectNode spec) {
        String name = spec.path("runtimeClassName").asText("");
        if (name.isEmpty()) {
            requireNoOverhead(pod, spec);
            return;
        }
        ObjectNode chosen = reader.find(classes(), ObjectKey.cluster(name))
                .map(entry -> CanonicalJson.read(entry.bytes()))
                .orElseThrow(() -> forbidden(pod, "pod rejected: RuntimeClass \"" + name + "\" not found"));
        JsonNode overhead = chosen.at("/overhead/podFixed");
        if (overhead.isEmpty()) {
            requireNoOverhead(pod, spec);
        } else {
            if (!spec.path("overhead").isEmpty() && !spec.path("overhead").equals(overhead)) {
                throw forbidden(pod, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
            }
            spec.set("overhead", overhead);
        }
        select(pod, spec, chosen.at("/scheduling/nodeSelector"));
        tolerate(spec, chosen.at("/scheduling/tolerations"));
    }

    private static void requireNoOverhead(ObjectNode pod, ObjectNode spec) {
        if (!spec.path("overhead").isEmpty()) {
            throw forbidden(pod, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
        }
    }

    private static void select(ObjectNode pod, ObjectNode spec, JsonNode selector) {
        if (selector.isEmpty()) {
            return;
        }
        ObjectNode own = spec.withObject("/nodeSelector");
        selector.properties().forEach(entry -> {
            JsonNode present = own.get(entry.getKey());
            if (present != null && !present.equals(entry.getValue())) {
                throw forbidden(
                        pod,
                        "conflict: runtimeClass.scheduling.nodeSelector[" + entry.getKey() + "] = "
                                + entry.getValue().asText() + "; pod.spec.nodeSelector[" + entry.getKey() + "] = "
                                + present.asText());
            }
            own.set(entry.getKey(), entry.getValue());
        });
    }

    private static void tolerate(ObjectNode spec, JsonNode tolerations) {
        if (tolerations.isEmpty()) {
            return;
        }
        ArrayNode own = spec.withArray("tolerations");
        for (JsonNode toleration : tolerations) {
            if (own.valueStream().noneMatch(toleration::equals)) {
                own.add(toleration);
            }
        }
    }

    private Kind classes() {
        return kinds.byPlural("node.k8s.io", "v1", "runtimeclasses").orElseThrow();
    }

    private static ApiError forbidden(ObjectNode pod, String why) {
        return ApiError.forbidden("", "pods", pod.path("metadata").path("name").asText(""), why);
    }
}

package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.Cause;
import java.util.List;
import java.util.stream.Stream;

/** A container that is added to a running pod gets no promises of it, and looks at a container that is there. */
final class EphemeralContainerRules {
    private static final String NOT_HERE = "cannot be set for an Ephemeral Container";
    private static final List<String> FIELDS = List.of(
            "ports",
            "resources",
            "resizePolicy",
            "restartPolicy",
            "restartPolicyRules",
            "livenessProbe",
            "readinessProbe",
            "startupProbe",
            "lifecycle");

    private EphemeralContainerRules() {}

    static void check(JsonNode container, String path, JsonNode spec, List<Cause> causes) {
        for (String field : FIELDS) {
            JsonNode value = container.path(field);
            boolean isSet = value.isContainerNode() ? !value.isEmpty() : !value.isMissingNode();
            if (isSet) {
                causes.add(Cause.forbidden(path + "." + field, NOT_HERE));
            }
        }
        JsonNode mounts = container.path("volumeMounts");
        for (int i = 0; i < mounts.size(); i++) {
            for (String field : List.of("subPath", "subPathExpr")) {
                if (!mounts.get(i).path(field).asText("").isEmpty()) {
                    causes.add(Cause.forbidden(path + ".volumeMounts[" + i + "]." + field, NOT_HERE));
                }
            }
        }
        String target = container.path("targetContainerName").asText("");
        boolean found = Stream.of("containers", "initContainers")
                .flatMap(list -> spec.path(list).valueStream())
                .anyMatch(c -> c.path("name").asText().equals(target));
        if (!target.isEmpty() && !found) {
            causes.add(Cause.notFound(path + ".targetContainerName", target));
        }
    }
}

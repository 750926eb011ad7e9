package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import java.util.List;
import java.util.Optional;

/** A pod: its spec is sound, and after creation almost nothing of it may change. */
final class PodRules implements Rules {
    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final String FROZEN = "pod updates may not change fields other than"
            + " `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
            + "`spec.tolerations` (only additions to existing tolerations),"
            + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    @Override
    public void check(ObjectNode pod, List<Cause> causes) {
        PodSpecRules.check(pod.path("spec"), "spec", causes);
        imageVolumes(pod.path("spec").path("volumes"), causes);
    }

    /** A template may leave the image to whoever makes pods of it. */
    private static void imageVolumes(JsonNode volumes, List<Cause> causes) {
        for (int i = 0; i < volumes.size(); i++) {
            JsonNode image = volumes.get(i).path("image");
            if (image.isObject() && image.path("reference").asText("").isEmpty()) {
                causes.add(Cause.required("spec.volumes[" + i + "].image.reference", ""));
            }
        }
    }

    @Override
    public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
        JsonNode spec = updated.path("spec");
        JsonNode oldSpec = old.path("spec");
        for (String list : List.of("containers", "initContainers")) {
            if (spec.path(list).size() != oldSpec.path(list).size()) {
                causes.add(Cause.forbidden("spec." + list, "pod updates may not add or remove containers"));
                return;
            }
        }
        deadline(spec, oldSpec, causes);
        if (!onlyAdds(spec.path("tolerations"), oldSpec.path("tolerations"))) {
            causes.add(Cause.forbidden(
                    "spec.tolerations", "existing toleration can not be modified except its tolerationSeconds"));
        }
        if (!frozen(spec, oldSpec).equals(oldSpec)) {
            causes.add(Cause.forbidden("spec", FROZEN));
        }
    }

    @Override
    public void checkCreate(ObjectNode pod, List<Cause> causes) {
        if (!pod.path("spec").path("ephemeralContainers").isEmpty()) {
            causes.add(Cause.forbidden("spec.ephemeralContainers", "cannot be set on create"));
        }
        JsonNode mirror = pod.path("metadata").path("annotations").path(MIRROR);
        if (!mirror.isMissingNode()
                && pod.path("spec").path("nodeName").asText("").isEmpty()) {
            causes.add(Cause.invalid(
                    "metadata.annotations[" + MIRROR + "]",
                    mirror.asText(),
                    "must set spec.nodeName if mirror pod annotation is set"));
        }
    }

    /** Ephemeral containers are added and stay as they are. */
    @Override
    public void checkStatus(ObjectNode updated, ObjectNode old, List<Cause> causes) {
        JsonNode after = updated.path("spec").path("ephemeralContainers");
        for (JsonNode before : old.path("spec").path("ephemeralContainers")) {
            String name = before.path("name").asText();
            Optional<JsonNode> kept = after.valueStream()
                    .filter(c -> c.path("name").asText().equals(name))
                    .findFirst();
            if (kept.isEmpty() || !kept.get().equals(before)) {
                String what = kept.isEmpty() ? "removed" : "changed";
                causes.add(Cause.forbidden(
                        "spec.ephemeralContainers",
                        "existing ephemeral containers \"" + name + "\" may not be " + what + "\n"));
            }
        }
    }

    private static void deadline(JsonNode spec, JsonNode oldSpec, List<Cause> causes) {
        JsonNode before = oldSpec.path("activeDeadlineSeconds");
        JsonNode after = spec.path("activeDeadlineSeconds");
        if (before.isNumber() && (!after.isNumber() || after.asLong() > before.asLong())) {
            causes.add(Cause.invalid(
                    "spec.activeDeadlineSeconds",
                    after.isNumber() ? after.asLong() : "null",
                    after.isNumber()
                            ? "must be less than or equal to previous value"
                            : "must not update from a positive integer to nil value"));
        }
    }

    private static boolean onlyAdds(JsonNode tolerations, JsonNode before) {
        for (JsonNode old : before) {
            boolean kept =
                    tolerations.valueStream().anyMatch(t -> withoutSeconds(t).equals(withoutSeconds(old)));
            if (!kept) {
                return false;
            }
        }
        return true;
    }

    private static JsonNode withoutSeconds(JsonNode toleration) {
        return ((ObjectNode) toleration.deepCopy()).without("tolerationSeconds");
    }

    /** The new spec with everything that may change put back as it was. */
    private static JsonNode frozen(JsonNode spec, JsonNode oldSpec) {
        if (!(spec instanceof ObjectNode present)) {
            return spec;
        }
        ObjectNode copy = present.deepCopy();
        for (String list : List.of("containers", "initContainers")) {
            for (int i = 0; i < copy.path(list).size(); i++) {
                restore((ObjectNode) copy.path(list).get(i), oldSpec.path(list).get(i), "image");
            }
        }
        restore(copy, oldSpec, "activeDeadlineSeconds");
        restore(copy, oldSpec, "tolerations");
        long grace = oldSpec.path("terminationGracePeriodSeconds").asLong(0);
        if (grace < 0 && copy.path("terminationGracePeriodSeconds").asLong(0) == 1) {
            restore(copy, oldSpec, "terminationGracePeriodSeconds");
        }
        if (!oldSpec.path("schedulingGates").isEmpty()) {
            restoreGated(copy, oldSpec);
        }
        return copy;
    }

    /** A gated pod may lose gates and gain constraints on where it runs. */
    private static void restoreGated(ObjectNode copy, JsonNode oldSpec) {
        boolean onlyRemoved = copy.path("schedulingGates")
                .valueStream()
                .allMatch(gate -> ((ArrayNode) oldSpec.path("schedulingGates"))
                        .valueStream()
                        .anyMatch(gate::equals));
        if (onlyRemoved) {
            restore(copy, oldSpec, "schedulingGates");
        }
        boolean selectorKept = oldSpec.path("nodeSelector").properties().stream()
                .allMatch(e -> e.getValue().equals(copy.path("nodeSelector").get(e.getKey())));
        if (selectorKept) {
            restore(copy, oldSpec, "nodeSelector");
        }
    }

    private static void restore(ObjectNode copy, JsonNode from, String field) {
        if (from.has(field)) {
            copy.set(field, from.get(field));
        } else {
            copy.remove(field);
        }
    }
}

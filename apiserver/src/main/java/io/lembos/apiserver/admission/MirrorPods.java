package io.lembos.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.apiserver.kinds.Kind;
import java.util.List;
import java.util.Optional;

/**
 * Of the admission plugin NodeRestriction: a node may create pods only to show what it runs by itself, on itself, owned by
 * itself, and without anything that would be given to it for them. Pure.
 */
public final class MirrorPods implements WriteGuard {
    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final String NODES = "system:nodes";
    private static final String NODE_PREFIX = "system:node:";

    static boolean isMirror(JsonNode pod) {
        return pod.path("metadata").path("annotations").has(MIRROR);
    }

    @Override
    public void check(Kind kind, ObjectNode object, Optional<ObjectNode> old, Identity caller) {
        boolean isPod = kind.plural().equals("pods") && kind.group().isEmpty();
        if (!isPod || old.isPresent() || !caller.groups().contains(NODES)) {
            return;
        }
        String node = caller.user().startsWith(NODE_PREFIX) ? caller.user().substring(NODE_PREFIX.length()) : "";
        String who = "node \"" + node + "\" ";
        if (!isMirror(object)) {
            throw forbidden(
                    object, "pod does not have \"" + MIRROR + "\" annotation, " + who + "can only create mirror pods");
        }
        JsonNode spec = object.path("spec");
        if (node.isEmpty() || !spec.path("nodeName").asText().equals(node)) {
            throw forbidden(object, who + "can only create pods with spec.nodeName set to itself");
        }
        JsonNode owners = object.path("metadata").path("ownerReferences");
        boolean ownsIt = owners.size() == 1
                && owners.path(0).path("kind").asText().equals("Node")
                && owners.path(0).path("name").asText().equals(node);
        if (!ownsIt) {
            throw forbidden(object, who + "can only create pods with an owner reference set to itself");
        }
        if (!spec.path("serviceAccountName").asText("").isEmpty()) {
            throw forbidden(object, who + "can not create pods that reference a service account");
        }
        refuseReferences(object, spec, who);
    }

    /** What lies in the API server would be readable for the node because of its own pod. */
    private static void refuseReferences(ObjectNode pod, JsonNode spec, String who) {
        for (JsonNode volume : spec.path("volumes")) {
            for (String source : List.of("secret", "configMap", "persistentVolumeClaim", "projected", "ephemeral")) {
                if (volume.has(source)) {
                    throw forbidden(pod, who + "can not create pods that reference " + source + " volumes");
                }
            }
        }
        boolean pullsWithSecrets = !spec.path("imagePullSecrets").isEmpty();
        if (pullsWithSecrets || refersInEnvironment(spec)) {
            throw forbidden(pod, who + "can not create pods that reference secrets or configmaps");
        }
    }

    private static boolean refersInEnvironment(JsonNode spec) {
        for (String list : List.of("containers", "initContainers")) {
            for (JsonNode container : spec.path(list)) {
                boolean refers = !container.path("envFrom").isEmpty()
                        || container.path("env").valueStream().anyMatch(v -> {
                            JsonNode from = v.path("valueFrom");
                            return from.has("secretKeyRef") || from.has("configMapKeyRef");
                        });
                if (refers) {
                    return true;
                }
            }
        }
        return false;
    }

    private static ApiError forbidden(ObjectNode pod, String why) {
        return ApiError.forbidden("", "pods", pod.path("metadata").path("name").asText(), why);
    }
}

package io.lembos.kubelet.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.lembos.api.client.Patch;

/** The patch that makes a pod's status what its node agent says, and leaves what others say of it. Pure. */
public final class StatusPatch {
    private static final ObjectMapper JSON = new ObjectMapper();

    private StatusPatch() {}

    /** Refused when another pod bears the name by now. */
    static Patch of(String uid, PodStatus status) {
        ObjectNode patch = JSON.createObjectNode();
        patch.putObject("metadata").put("uid", uid);
        return withStatus(patch, status);
    }

    /** Refused when the pod has changed since it was read. */
    public static Patch unlessChanged(Pod read, PodStatus status) {
        ObjectNode patch = JSON.createObjectNode();
        patch.putObject("metadata")
                .put("uid", read.getMetadata().getUid())
                .put("resourceVersion", read.getMetadata().getResourceVersion());
        return withStatus(patch, status);
    }

    /** Conditions merge by type; lists of containers are replaced. What is absent now must be said to be so. */
    private static Patch withStatus(ObjectNode patch, PodStatus status) {
        ObjectNode body = JSON.valueToTree(status);
        for (String field : new String[] {"podIP", "podIPs", "reason", "message"}) {
            if (body.path(field).isMissingNode()
                    || body.path(field).isEmpty() && body.path(field).isArray()) {
                body.putNull(field);
            }
        }
        patch.set("status", body);
        return new Patch.StrategicMerge(patch.toString());
    }
}

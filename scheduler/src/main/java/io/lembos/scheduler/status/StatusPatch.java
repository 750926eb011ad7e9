package io.lembos.scheduler.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.lembos.scheduler.framework.Nomination;
import java.util.Optional;

/**
 * A change of a pod's status: a condition, merged by its type so that others stay, and the nominated node. Immutable.
 *
 * @param condition none to leave conditions alone
 */
public record StatusPatch(Optional<PodCondition> condition, Nomination nomination) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static StatusPatch of(PodCondition condition) {
        return new StatusPatch(Optional.of(condition), Nomination.KEEP);
    }

    public static StatusPatch of(Nomination nomination) {
        return new StatusPatch(Optional.empty(), nomination);
    }

    /** This and then the other, in one. Both speak of the same type of condition. */
    StatusPatch then(StatusPatch later) {
        return new StatusPatch(
                later.condition.or(() -> condition),
                later.nomination instanceof Nomination.Keep ? nomination : later.nomination);
    }

    /**
     * The body of a strategic merge patch.
     *
     * @param uid of the pod that is meant: one of the same name that came later is left alone
     */
    public String json(String uid) {
        ObjectNode patch = JSON.createObjectNode();
        patch.putObject("metadata").put("uid", uid);
        ObjectNode status = patch.putObject("status");
        condition.ifPresent(c -> status.putArray("conditions")
                .addObject()
                .put("type", c.getType())
                .put("status", c.getStatus())
                .put("reason", c.getReason())
                .put("message", c.getMessage())
                .put("lastTransitionTime", c.getLastTransitionTime()));
        switch (nomination) {
            case Nomination.Keep keep -> {}
            case Nomination.None none -> status.putNull("nominatedNodeName");
            case Nomination.Node node -> status.put("nominatedNodeName", node.name());
        }
        return patch.toString();
    }
}

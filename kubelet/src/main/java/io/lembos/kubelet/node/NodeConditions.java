package io.lembos.kubelet.node;

import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Conditions of a node, whose transition time changes only with their status. Pure. */
public final class NodeConditions {

    private NodeConditions() {}

    /** What a node agent says about one condition. */
    public record Finding(String type, String status, String reason, String message) {
        public static Finding holds(String type, String reason, String message) {
            return new Finding(type, "True", reason, message);
        }

        public static Finding fails(String type, String reason, String message) {
            return new Finding(type, "False", reason, message);
        }

        public static Finding noMemoryPressure() {
            return fails("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available");
        }

        public static Finding memoryPressure() {
            return holds("MemoryPressure", "KubeletHasInsufficientMemory", "kubelet has insufficient memory available");
        }

        public static Finding noDiskPressure() {
            return fails("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure");
        }

        public static Finding diskPressure() {
            return holds("DiskPressure", "KubeletHasDiskPressure", "kubelet has disk pressure");
        }

        public static Finding noPidPressure() {
            return fails("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available");
        }

        public static Finding pidPressure() {
            return holds("PIDPressure", "KubeletHasInsufficientPID", "kubelet has insufficient PID available");
        }

        public static Finding ready() {
            return holds("Ready", "KubeletReady", "kubelet is posting ready status");
        }

        public static Finding notReady(String why) {
            return fails("Ready", "KubeletNotReady", why);
        }
    }

    /** @param before the node's last status, null if it has none */
    public static List<NodeCondition> of(NodeStatus before, List<Finding> findings, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        return findings.stream().map(f -> condition(before, f, time)).toList();
    }

    private static NodeCondition condition(NodeStatus before, Finding finding, String time) {
        Optional<NodeCondition> last = find(before, finding.type());
        boolean same = last.filter(c -> c.getStatus().equals(finding.status())).isPresent();
        return new NodeConditionBuilder()
                .withType(finding.type())
                .withStatus(finding.status())
                .withReason(finding.reason())
                .withMessage(finding.message())
                .withLastHeartbeatTime(time)
                .withLastTransitionTime(same ? last.get().getLastTransitionTime() : time)
                .build();
    }

    /** The condition of this type. */
    public static Optional<NodeCondition> find(NodeStatus status, String type) {
        return status == null
                ? Optional.empty()
                : status.getConditions().stream()
                        .filter(c -> c.getType().equals(type))
                        .findFirst();
    }

    /** Whether nothing but the time of the report differs. */
    public static boolean sameButForHeartbeats(NodeStatus before, NodeStatus now) {
        return before != null && Objects.equals(withoutHeartbeats(before), withoutHeartbeats(now));
    }

    private static NodeStatus withoutHeartbeats(NodeStatus status) {
        List<NodeCondition> conditions = status.getConditions().stream()
                .map(c -> new NodeConditionBuilder(c).withLastHeartbeatTime("").build())
                .toList();
        return new NodeStatusBuilder(status).withConditions(conditions).build();
    }
}

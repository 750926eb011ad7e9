package io.lembos.dashboard.rows;

import static io.lembos.dashboard.rows.Row.orEmpty;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Nodes as {@code kubectl get nodes -o wide} shows them. */
public final class NodeRows {
    private static final String ROLE_PREFIX = "node-role.kubernetes.io/";

    private NodeRows() {}

    public static Row of(Node node) {
        ObjectNode cells = Row.cells();
        Optional<NodeCondition> ready = conditions(node).stream()
                .filter(c -> "Ready".equals(c.getType()))
                .findFirst();
        boolean isReady = ready.filter(c -> "True".equals(c.getStatus())).isPresent();
        cells.put("status", status(node, ready));
        cells.put(
                "reason", isReady ? "" : ready.map(c -> orEmpty(c.getReason())).orElse(""));
        cells.put(
                "message",
                isReady ? "" : ready.map(c -> orEmpty(c.getMessage())).orElse(""));
        cells.put("roles", roles(node));
        cells.put("ip", internalIp(node));
        putInfo(cells, node.getStatus() == null ? null : node.getStatus().getNodeInfo());
        cells.put("cpu", allocatable(node, "cpu"));
        cells.put("memory", allocatable(node, "memory"));
        cells.put("podsMax", allocatable(node, "pods"));
        return Row.of(node.getMetadata(), cells);
    }

    private static String status(Node node, Optional<NodeCondition> ready) {
        String status = ready.map(c -> "True".equals(c.getStatus()) ? "Ready" : "NotReady")
                .orElse("Unknown");
        boolean cordoned =
                node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
        return cordoned ? status + ",SchedulingDisabled" : status;
    }

    private static String roles(Node node) {
        Map<String, String> labels = node.getMetadata().getLabels();
        String roles = labels == null
                ? ""
                : labels.keySet().stream()
                        .filter(l -> l.startsWith(ROLE_PREFIX) && l.length() > ROLE_PREFIX.length())
                        .map(l -> l.substring(ROLE_PREFIX.length()))
                        .sorted()
                        .collect(Collectors.joining(","));
        return roles.isEmpty() ? "<none>" : roles;
    }

    private static String internalIp(Node node) {
        if (node.getStatus() == null || node.getStatus().getAddresses() == null) {
            return "";
        }
        return node.getStatus().getAddresses().stream()
                .filter(a -> "InternalIP".equals(a.getType()))
                .map(NodeAddress::getAddress)
                .findFirst()
                .orElse("");
    }

    private static void putInfo(ObjectNode cells, NodeSystemInfo info) {
        cells.put("version", info == null ? "" : orEmpty(info.getKubeletVersion()));
        cells.put("os", info == null ? "" : orEmpty(info.getOsImage()));
        cells.put("kernel", info == null ? "" : orEmpty(info.getKernelVersion()));
        cells.put("runtime", info == null ? "" : orEmpty(info.getContainerRuntimeVersion()));
    }

    private static String allocatable(Node node, String resource) {
        if (node.getStatus() == null || node.getStatus().getAllocatable() == null) {
            return "";
        }
        Quantity quantity = node.getStatus().getAllocatable().get(resource);
        return quantity == null ? "" : quantity.toString();
    }

    private static List<NodeCondition> conditions(Node node) {
        return node.getStatus() == null || node.getStatus().getConditions() == null
                ? List.of()
                : node.getStatus().getConditions();
    }
}

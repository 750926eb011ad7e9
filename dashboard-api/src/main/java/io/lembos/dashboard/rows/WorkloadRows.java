package io.lembos.dashboard.rows;

import static io.lembos.dashboard.rows.Row.orEmpty;
import static io.lembos.dashboard.rows.Row.orZero;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Deployments and ReplicaSets as {@code kubectl get deployments,replicasets -o wide} shows them. */
public final class WorkloadRows {
    private static final String AVAILABLE = "Available";
    private static final String PROGRESSING = "Progressing";
    private static final String UNAVAILABLE = "Unavailable";
    private static final String FAILED = "Failed";

    private WorkloadRows() {}

    public static Row of(Deployment deployment) {
        DeploymentStatus status = deployment.getStatus() == null ? new DeploymentStatus() : deployment.getStatus();
        int desired = desired(deployment.getSpec().getReplicas());
        int available = orZero(status.getAvailableReplicas());
        int upToDate = orZero(status.getUpdatedReplicas());
        ObjectNode cells = workload("Deployment", desired, orZero(status.getReadyReplicas()), available);
        cells.put("upToDate", upToDate);
        Optional<DeploymentCondition> trouble = trouble(status);
        boolean rolledOut = upToDate >= desired && available >= desired;
        cells.put("status", trouble.isPresent() && !rolledOut ? FAILED : state(desired, available, rolledOut));
        cells.put("reason", trouble.map(c -> orEmpty(c.getReason())).orElse(""));
        cells.put("message", trouble.map(c -> orEmpty(c.getMessage())).orElse(""));
        putImages(cells, deployment.getSpec().getTemplate());
        return Row.of(deployment.getMetadata(), cells);
    }

    public static Row of(ReplicaSet replicaSet) {
        ReplicaSetStatus status = replicaSet.getStatus() == null ? new ReplicaSetStatus() : replicaSet.getStatus();
        int desired = desired(replicaSet.getSpec().getReplicas());
        int available = orZero(status.getAvailableReplicas());
        int current = orZero(status.getReplicas());
        ObjectNode cells = workload("ReplicaSet", desired, orZero(status.getReadyReplicas()), available);
        cells.put("upToDate", current);
        Optional<ReplicaSetCondition> failure = list(status.getConditions()).stream()
                .filter(c -> "ReplicaFailure".equals(c.getType()) && "True".equals(c.getStatus()))
                .findFirst();
        cells.put("status", failure.isPresent() ? FAILED : state(desired, available, available >= desired));
        cells.put("reason", failure.map(c -> orEmpty(c.getReason())).orElse(""));
        cells.put("message", failure.map(c -> orEmpty(c.getMessage())).orElse(""));
        cells.put(
                "owner",
                owner(replicaSet.getMetadata())
                        .map(o -> o.getKind().toLowerCase(java.util.Locale.ROOT) + "/" + o.getName())
                        .orElse(""));
        putImages(cells, replicaSet.getSpec().getTemplate());
        return Row.of(replicaSet.getMetadata(), cells);
    }

    /** Where a ReplicaSet is shown: a Deployment's ReplicaSets repeat what the Deployment's row says. */
    public static Table tableOf(ReplicaSet replicaSet) {
        boolean owned = owner(replicaSet.getMetadata())
                .filter(o -> "Deployment".equals(o.getKind()))
                .isPresent();
        return owned ? Table.REPLICASETS : Table.WORKLOADS;
    }

    private static ObjectNode workload(String kind, int desired, int ready, int available) {
        ObjectNode cells = Row.cells();
        cells.put("kind", kind);
        cells.put("ready", ready + "/" + desired);
        cells.put("available", available);
        return cells;
    }

    private static String state(int desired, int available, boolean rolledOut) {
        if (rolledOut) {
            return AVAILABLE;
        }
        return available == 0 && desired > 0 ? UNAVAILABLE : PROGRESSING;
    }

    private static Optional<DeploymentCondition> trouble(DeploymentStatus status) {
        return list(status.getConditions()).stream()
                .filter(c -> ("ReplicaFailure".equals(c.getType()) && "True".equals(c.getStatus()))
                        || ("Progressing".equals(c.getType()) && "False".equals(c.getStatus())))
                .findFirst();
    }

    private static Optional<OwnerReference> owner(ObjectMeta meta) {
        return list(meta.getOwnerReferences()).stream()
                .filter(o -> Boolean.TRUE.equals(o.getController()))
                .findFirst();
    }

    private static void putImages(ObjectNode cells, PodTemplateSpec template) {
        List<Container> containers = template == null || template.getSpec() == null
                ? List.of()
                : list(template.getSpec().getContainers());
        cells.put("images", containers.stream().map(c -> orEmpty(c.getImage())).collect(Collectors.joining(", ")));
    }

    private static int desired(Integer replicas) {
        return replicas == null ? 1 : replicas;
    }

    private static <T> List<T> list(List<T> list) {
        return list == null ? List.of() : list;
    }
}

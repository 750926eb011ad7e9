package io.lembos.dashboard.rows;

import static io.lembos.dashboard.rows.Row.orEmpty;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.stream.Collectors;

/** Pods as {@code kubectl get pods -o wide} shows them, with the reason in a sentence where a container waits. */
public final class PodRows {
    private PodRows() {}

    public static Row of(Pod pod) {
        Pod whole = pod.getStatus() == null
                ? new PodBuilder(pod).withNewStatus().endStatus().build()
                : pod;
        PodStatus status = PodStatus.of(whole);
        ObjectNode cells = Row.cells();
        cells.put("ready", status.ready());
        cells.put("status", status.text());
        cells.put("message", status.message());
        cells.put("phase", orEmpty(whole.getStatus().getPhase()));
        cells.put("restarts", status.restarts());
        cells.put("lastRestart", status.lastRestart());
        cells.put("ip", orEmpty(whole.getStatus().getPodIP()));
        cells.put("node", orEmpty(pod.getSpec().getNodeName()));
        cells.put("owner", owner(pod));
        cells.put("images", images(pod));
        return Row.of(pod.getMetadata(), cells);
    }

    private static String images(Pod pod) {
        return pod.getSpec().getContainers().stream()
                .map(Container::getImage)
                .map(Row::orEmpty)
                .collect(Collectors.joining(", "));
    }

    private static String owner(Pod pod) {
        return pod.getMetadata().getOwnerReferences().stream()
                .filter(o -> Boolean.TRUE.equals(o.getController()))
                .map(OwnerReference::getName)
                .findFirst()
                .orElse("");
    }
}

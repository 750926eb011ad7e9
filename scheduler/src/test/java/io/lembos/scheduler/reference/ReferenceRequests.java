package io.lembos.scheduler.reference;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a pod asks of one resource. CPU in thousandths, everything else in whole units, rounded up. */
final class ReferenceRequests {
    private static final BigDecimal NONE = BigDecimal.ZERO;

    private ReferenceRequests() {}

    static long asked(Pod pod, String resource) {
        return whole(resource, total(pod, resource, NONE));
    }

    /** For a pod that is being scored: containers that say nothing count with 100m CPU and 200 MiB. */
    static long askedWithDefaults(Pod pod, String resource) {
        return whole(resource, total(pod, resource, byDefault(resource)));
    }

    /** For a pod that is on a node: as above, but not when it asks as a whole and the resource is mentioned anywhere. */
    static long takenWithDefaults(Pod pod, String resource) {
        boolean asWhole = podLevel(pod).keySet().stream().anyMatch(ReferenceRequests::isPodLevel);
        return whole(resource, total(pod, resource, asWhole && mentions(pod, resource) ? NONE : byDefault(resource)));
    }

    /** Names that mean nothing to Kubernetes are never counted. */
    static long whole(String resource, BigDecimal amount) {
        if (!List.of("cpu", "memory", "ephemeral-storage", "pods").contains(resource)
                && !ReferenceResources.isScalar(resource)) {
            return 0;
        }
        BigDecimal units = resource.equals("cpu") ? amount.movePointRight(3) : amount;
        return units.setScale(0, RoundingMode.CEILING).longValue();
    }

    private static BigDecimal byDefault(String resource) {
        return switch (resource) {
            case "cpu" -> new BigDecimal("0.1");
            case "memory" -> new BigDecimal(209715200);
            default -> NONE;
        };
    }

    private static BigDecimal total(Pod pod, String resource, BigDecimal byDefault) {
        BigDecimal running = NONE;
        for (Container container : pod.getSpec().getContainers()) {
            running = running.add(asked(pod, container, true, resource, byDefault));
        }
        BigDecimal sidecars = NONE;
        BigDecimal peak = NONE;
        for (Container init : pod.getSpec().getInitContainers()) {
            boolean sidecar = "Always".equals(init.getRestartPolicy());
            BigDecimal asks = asked(pod, init, sidecar, resource, byDefault);
            peak = peak.max(sidecars.add(asks));
            if (sidecar) {
                sidecars = sidecars.add(asks);
            }
        }
        BigDecimal total = running.add(sidecars).max(peak);
        if (isPodLevel(resource) && podLevel(pod).containsKey(resource)) {
            total = podLevel(pod).get(resource).getNumericalAmount();
        }
        Map<String, Quantity> overhead = pod.getSpec().getOverhead();
        return overhead != null && overhead.containsKey(resource)
                ? total.add(overhead.get(resource).getNumericalAmount())
                : total;
    }

    private static BigDecimal asked(
            Pod pod, Container container, boolean resizable, String resource, BigDecimal byDefault) {
        List<Map<String, Quantity>> sources = new ArrayList<>();
        boolean infeasible = pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .filter(c -> c.getType().equals("PodResizePending"))
                        .anyMatch(c -> "Infeasible".equals(c.getReason()));
        ContainerStatus resized = pod.getStatus() == null || !resizable
                ? null
                : Stream.concat(
                                pod.getStatus().getContainerStatuses().stream(),
                                pod.getStatus().getInitContainerStatuses().stream())
                        .filter(s -> s.getName().equals(container.getName()) && s.getResources() != null)
                        .findFirst()
                        .orElse(null);
        if (container.getResources() != null && (resized == null || !infeasible)) {
            sources.add(container.getResources().getRequests());
        }
        if (resized != null) {
            sources.add(resized.getResources().getRequests());
            sources.add(resized.getAllocatedResources());
        }
        return sources.stream()
                .filter(s -> s != null && s.containsKey(resource))
                .map(s -> s.get(resource).getNumericalAmount())
                .max(BigDecimal::compareTo)
                .orElse(byDefault);
    }

    private static boolean mentions(Pod pod, String resource) {
        boolean inContainers = Stream.concat(
                        pod.getSpec().getContainers().stream(), pod.getSpec().getInitContainers().stream())
                .anyMatch(c -> c.getResources() != null
                        && c.getResources().getRequests() != null
                        && c.getResources().getRequests().containsKey(resource));
        return inContainers
                || podLevel(pod).containsKey(resource)
                || pod.getSpec().getOverhead() != null
                        && pod.getSpec().getOverhead().containsKey(resource);
    }

    private static Map<String, Quantity> podLevel(Pod pod) {
        return pod.getSpec().getResources() == null
                        || pod.getSpec().getResources().getRequests() == null
                ? Map.of()
                : pod.getSpec().getResources().getRequests();
    }

    private static boolean isPodLevel(String resource) {
        return resource.equals("cpu") || resource.equals("memory") || resource.startsWith("hugepages-");
    }
}

package io.lembos.kubelet.container;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Resources of containers as the downward API tells them: whole numbers of the divisor, rounded up. A container without a
 * limit may use what the node has for pods, and that is what it is told. Pure.
 *
 * @param allocatable what the node has for pods
 */
public record ResourceFields(Map<String, Quantity> allocatable) {
    private static final Set<String> WITH_NODE_LIMIT = Set.of("cpu", "memory", "ephemeral-storage");

    /** @param path such as {@code limits.cpu}; empty for one that the downward API does not know */
    public Optional<String> value(Container container, String path, Quantity divisor) {
        int dot = path.indexOf('.');
        String resource = path.substring(dot + 1);
        boolean known = WITH_NODE_LIMIT.contains(resource) || resource.startsWith("hugepages-");
        if (dot < 0 || !known) {
            return Optional.empty();
        }
        return switch (path.substring(0, dot)) {
            case "limits" -> Optional.of(inUnits(limit(container, resource), divisor));
            case "requests" -> Optional.of(inUnits(amount(requests(container), resource), divisor));
            default -> Optional.empty();
        };
    }

    private BigDecimal limit(Container container, String resource) {
        BigDecimal own = amount(limits(container), resource);
        return own.signum() == 0 && WITH_NODE_LIMIT.contains(resource) ? amount(allocatable, resource) : own;
    }

    private static String inUnits(BigDecimal amount, Quantity divisor) {
        BigDecimal unit = divisor == null ? BigDecimal.ZERO : divisor.getNumericalAmount();
        return amount.divide(unit.signum() == 0 ? BigDecimal.ONE : unit, 0, RoundingMode.CEILING)
                .toPlainString();
    }

    private static Map<String, Quantity> limits(Container container) {
        return container.getResources() == null
                ? null
                : container.getResources().getLimits();
    }

    private static Map<String, Quantity> requests(Container container) {
        return container.getResources() == null
                ? null
                : container.getResources().getRequests();
    }

    private static BigDecimal amount(Map<String, Quantity> amounts, String resource) {
        Quantity quantity = amounts == null ? null : amounts.get(resource);
        return quantity == null ? BigDecimal.ZERO : quantity.getNumericalAmount();
    }
}

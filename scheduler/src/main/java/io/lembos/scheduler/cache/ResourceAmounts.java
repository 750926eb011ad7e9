package io.lembos.scheduler.cache;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Amounts of resources. Immutable.
 *
 * @param milliCpu thousandths of a core
 * @param memoryBytes bytes
 * @param ephemeralBytes bytes of local storage
 * @param extended everything else that a node has a number of ({@link ResourceNames#isScalar}), by its name, in whole
 *     units
 */
public record ResourceAmounts(long milliCpu, long memoryBytes, long ephemeralBytes, Map<String, Long> extended) {
    public static final ResourceAmounts NONE = new ResourceAmounts(0, 0, 0, Map.of());

    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

    public static ResourceAmounts of(Map<String, Quantity> quantities) {
        if (quantities == null || quantities.isEmpty()) {
            return NONE;
        }
        Map<String, BigDecimal> exact = new HashMap<>();
        quantities.forEach((name, quantity) -> exact.put(name, quantity.getNumericalAmount()));
        return rounded(exact);
    }

    /** Exact amounts in cores, bytes and whole units, rounded up; names that no node offers are left out. */
    static ResourceAmounts rounded(Map<String, BigDecimal> exact) {
        long cpu = 0;
        long memory = 0;
        long ephemeral = 0;
        Map<String, Long> extended = new TreeMap<>();
        for (Map.Entry<String, BigDecimal> entry : exact.entrySet()) {
            BigDecimal amount = entry.getValue();
            switch (entry.getKey()) {
                case ResourceNames.CPU -> cpu = ceiling(amount.multiply(THOUSAND));
                case ResourceNames.MEMORY -> memory = ceiling(amount);
                case ResourceNames.EPHEMERAL_STORAGE -> ephemeral = ceiling(amount);
                default -> {
                    if (ResourceNames.isScalar(entry.getKey())) {
                        extended.put(entry.getKey(), ceiling(amount));
                    }
                }
            }
        }
        return new ResourceAmounts(
                cpu, memory, ephemeral, extended.isEmpty() ? Map.of() : Collections.unmodifiableMap(extended));
    }

    public ResourceAmounts plus(ResourceAmounts other) {
        return combine(other, Long::sum);
    }

    public ResourceAmounts minus(ResourceAmounts other) {
        return combine(other, (a, b) -> a - b);
    }

    /** The larger of the two in each resource. */
    public ResourceAmounts max(ResourceAmounts other) {
        return combine(other, Math::max);
    }

    private ResourceAmounts combine(ResourceAmounts other, java.util.function.LongBinaryOperator operator) {
        return new ResourceAmounts(
                operator.applyAsLong(milliCpu, other.milliCpu),
                operator.applyAsLong(memoryBytes, other.memoryBytes),
                operator.applyAsLong(ephemeralBytes, other.ephemeralBytes),
                combineExtended(other.extended, operator));
    }

    private Map<String, Long> combineExtended(
            Map<String, Long> others, java.util.function.LongBinaryOperator operator) {
        if (extended.isEmpty() && others.isEmpty()) {
            return Map.of();
        }
        Map<String, Long> result = new HashMap<>(extended);
        others.forEach(
                (name, amount) -> result.put(name, operator.applyAsLong(extended.getOrDefault(name, 0L), amount)));
        return Collections.unmodifiableMap(new TreeMap<>(result));
    }

    private static long ceiling(BigDecimal amount) {
        return amount.setScale(0, RoundingMode.CEILING).min(MOST).longValue();
    }
}

package io.lembos.controllers.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The taints that a node's conditions of pressure give it, and no other. Pure. */
final class PressureTaints {
    private static final String EFFECT = "NoSchedule";
    private static final Map<String, String> KEYS = new TreeMap<>(Map.of(
            "MemoryPressure", "node.kubernetes.io/memory-pressure",
            "DiskPressure", "node.kubernetes.io/disk-pressure",
            "PIDPressure", "node.kubernetes.io/pid-pressure"));

    private PressureTaints() {}

    /**
     * @param now time of taints that are new
     * @return all taints that the node should have; empty when it has them
     */
    static Optional<List<Taint>> missing(Node node, String now) {
        List<Taint> before = node.getSpec() == null ? List.of() : node.getSpec().getTaints();
        List<Taint> after = new ArrayList<>(before);
        KEYS.forEach((condition, key) -> {
            boolean holds = node.getStatus() != null
                    && node.getStatus().getConditions().stream()
                            .anyMatch(c -> c.getType().equals(condition)
                                    && c.getStatus().equals("True"));
            boolean has = before.stream().anyMatch(t -> is(t, key));
            if (!holds) {
                after.removeIf(t -> is(t, key));
            } else if (!has) {
                after.add(new TaintBuilder()
                        .withKey(key)
                        .withEffect(EFFECT)
                        .withTimeAdded(now)
                        .build());
            }
        });
        return after.equals(before) ? Optional.empty() : Optional.of(after);
    }

    private static boolean is(Taint taint, String key) {
        return key.equals(taint.getKey()) && EFFECT.equals(taint.getEffect());
    }
}

package io.lembos.scheduler.cycle;

import io.lembos.scheduler.cycle.Evaluation.Failed;
import io.lembos.scheduler.framework.Objection;
import java.util.HashMap;
import java.util.Map;

/** How many nodes failed for which reason and by which plugin, kept as nodes change. */
final class FailureCounts {
    private final Map<String, Integer> reasons = new HashMap<>();
    private final Map<String, Integer> plugins = new HashMap<>();

    /** @param nodes how many failed like this; negative to take them back */
    void add(Failed failed, int nodes) {
        add(plugins, failed.plugin(), nodes);
        for (Objection objection : failed.verdict().objections()) {
            add(reasons, objection.reason(), nodes);
        }
    }

    void add(FailureCounts others) {
        others.reasons.forEach((reason, nodes) -> add(reasons, reason, nodes));
        others.plugins.forEach((plugin, nodes) -> add(plugins, plugin, nodes));
    }

    private static void add(Map<String, Integer> counts, String name, int nodes) {
        counts.merge(name, nodes, (a, b) -> a + b == 0 ? null : a + b);
    }

    Diagnosis diagnosis(int nodes) {
        return new Diagnosis(nodes, reasons, plugins.keySet(), "", "");
    }
}

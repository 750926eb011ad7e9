package io.lembos.scheduler.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a profile says of one extension point.
 *
 * @param disabled names, or {@code *} for all
 */
record PluginSet(List<Enabled> enabled, Set<String> disabled) {
    static final PluginSet EMPTY = new PluginSet(List.of(), Set.of());

    /** @param weight of the score; 0 if nobody has said */
    record Enabled(String name, int weight) {}

    PluginSet {
        enabled = List.copyOf(enabled);
        disabled = Set.copyOf(disabled);
    }

    boolean disables(String name) {
        return disabled.contains("*") || disabled.contains(name);
    }

    /** The defaults as this changes them: those that are named again stay where they were, new ones come last. */
    List<Enabled> over(List<Enabled> defaults) {
        Map<String, Enabled> own = new HashMap<>();
        enabled.forEach(each -> own.put(each.name(), each));
        Set<Enabled> merged = new LinkedHashSet<>();
        for (Enabled each : defaults) {
            if (!disables(each.name())) {
                merged.add(own.getOrDefault(each.name(), each));
            }
        }
        merged.addAll(enabled);
        return new ArrayList<>(merged);
    }
}

package io.lembos.scheduler.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One profile: which plugins take part where, in order, and what each is made of.
 *
 * @param points MultiPoint expanded
 * @param args by plugin
 */
public record ProfileConfiguration(
        String schedulerName, Map<ExtensionPoint, List<Taking>> points, Map<String, PluginArgs> args) {

    /**
     * A plugin that takes part.
     *
     * @param weight of its score
     */
    public record Taking(String plugin, int weight) {}

    public ProfileConfiguration {
        points = Map.copyOf(points);
        args = Map.copyOf(args);
    }

    public List<Taking> at(ExtensionPoint point) {
        return points.getOrDefault(point, List.of());
    }

    List<String> names(ExtensionPoint point) {
        return at(point).stream().map(Taking::plugin).toList();
    }

    /** Every plugin that takes part anywhere, once. */
    public Set<String> plugins() {
        Set<String> all = new LinkedHashSet<>();
        for (ExtensionPoint point : ExtensionPoint.values()) {
            all.addAll(names(point));
        }
        return all;
    }
}

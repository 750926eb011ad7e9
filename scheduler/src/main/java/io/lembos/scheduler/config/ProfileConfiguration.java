package io.lembos.scheduler.config;

import java.util.HashMap;
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

    /** The same, but NodeResourcesFit leaves these resources to others. */
    ProfileConfiguration ignoring(Set<String> resources) {
        if (resources.isEmpty()) {
            return this;
        }
        Map<String, PluginArgs> changed = new HashMap<>(args);
        changed.computeIfPresent(
                InTreePlugin.NODE_RESOURCES_FIT.pluginName(),
                (name, fit) -> new PluginArgs.Fit(((PluginArgs.Fit) fit).args().ignoring(resources)));
        return new ProfileConfiguration(schedulerName, points, changed);
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

package io.lembos.scheduler.config;

import io.lembos.scheduler.config.PluginSet.Enabled;
import io.lembos.scheduler.framework.Plugin;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Expands what a profile enables everywhere at once to the single extension points, as kube-scheduler does
 * ({@code framework/runtime/framework.go}, expandMultiPointPlugins). What is said about a point itself wins. Order: first
 * those that are enabled both ways, as the point has them; then those of MultiPoint; then those of the point. Pure.
 */
final class MultiPoint {

    private MultiPoint() {}

    /**
     * @param everywhere the plugins of MultiPoint, defaults merged
     * @param points what is said about single points
     * @param types the classes of all plugins that are named
     * @return with the weights that count, none of them 0
     */
    static Map<ExtensionPoint, List<Enabled>> expand(
            List<Enabled> everywhere,
            Map<ExtensionPoint, PluginSet> points,
            Function<String, Class<? extends Plugin>> types) {
        Map<ExtensionPoint, List<Enabled>> expanded = new EnumMap<>(ExtensionPoint.class);
        for (ExtensionPoint point : ExtensionPoint.values()) {
            List<Enabled> here = everywhere.stream()
                    .filter(each -> point.isExtendedBy(types.apply(each.name())))
                    .toList();
            expanded.put(point, expand(here, points.getOrDefault(point, PluginSet.EMPTY)));
        }
        return expanded;
    }

    private static List<Enabled> expand(List<Enabled> everywhere, PluginSet point) {
        List<Enabled> inherited =
                everywhere.stream().filter(each -> !point.disables(each.name())).toList();
        List<Enabled> all = new ArrayList<>();
        point.enabled().stream().filter(each -> isIn(inherited, each)).forEach(all::add);
        inherited.stream().filter(each -> !isIn(point.enabled(), each)).forEach(all::add);
        point.enabled().stream().filter(each -> !isIn(inherited, each)).forEach(all::add);
        return all.stream()
                .map(each -> new Enabled(each.name(), each.weight() == 0 ? 1 : each.weight()))
                .toList();
    }

    private static boolean isIn(List<Enabled> plugins, Enabled plugin) {
        return plugins.stream().anyMatch(each -> each.name().equals(plugin.name()));
    }
}

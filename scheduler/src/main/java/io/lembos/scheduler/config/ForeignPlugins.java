package io.lembos.scheduler.config;

import io.lembos.scheduler.framework.PluginFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The plugins on the class path that are not the scheduler's own. */
public final class ForeignPlugins {

    private ForeignPlugins() {}

    /** Those that offer themselves as a Java service. */
    public static List<PluginFactory> onClassPath() {
        List<PluginFactory> all = new ArrayList<>();
        ServiceLoader.load(PluginFactory.class).forEach(all::add);
        return all;
    }

    /** @throws InvalidConfiguration if two have one name, or one has that of a plugin of the scheduler's own */
    static Map<String, PluginFactory> byName(List<PluginFactory> factories) {
        Map<String, PluginFactory> byName = new HashMap<>();
        for (PluginFactory each : factories) {
            if (InTreePlugin.of(each.name()).isPresent() || byName.put(each.name(), each) != null) {
                throw new InvalidConfiguration(
                        List.of("a plugin named \"" + each.name() + "\" has already been registered"));
            }
        }
        return byName;
    }
}

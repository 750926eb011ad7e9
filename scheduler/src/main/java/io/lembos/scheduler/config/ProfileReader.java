package io.lembos.scheduler.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.lembos.scheduler.config.PluginSet.Enabled;
import io.lembos.scheduler.config.ProfileConfiguration.Taking;
import io.lembos.scheduler.framework.Plugin;
import io.lembos.scheduler.framework.PluginFactory;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads one profile. Used once. */
final class ProfileReader {
    private final Map<String, PluginFactory> foreign;
    private final Fields profile;
    private final List<String> errors;
    private final List<String> warnings;
    private final Map<String, PluginArgs> args = new HashMap<>();
    private final Map<String, Class<? extends Plugin>> types = new HashMap<>();
    private final Set<String> lookedAt = new HashSet<>();

    ProfileReader(Map<String, PluginFactory> foreign, Fields profile, List<String> errors, List<String> warnings) {
        this.foreign = foreign;
        this.profile = profile;
        this.errors = errors;
        this.warnings = warnings;
    }

    ProfileConfiguration read(String schedulerName) {
        readArgs();
        for (InTreePlugin plugin : InTreePlugin.values()) {
            types.put(plugin.pluginName(), plugin.type());
            args.computeIfAbsent(
                    plugin.pluginName(),
                    n -> ArgsReader.read(plugin, new Fields(MissingNode.getInstance(), "", errors)));
        }
        Fields plugins = profile.object("plugins");
        PluginSet everywhere = set(plugins, "multiPoint", Optional.empty());
        Map<ExtensionPoint, PluginSet> points = new EnumMap<>(ExtensionPoint.class);
        for (ExtensionPoint point : ExtensionPoint.values()) {
            points.put(point, set(plugins, point.field(), Optional.of(point)));
        }
        plugins.end();
        Map<ExtensionPoint, List<Taking>> taking = new EnumMap<>(ExtensionPoint.class);
        MultiPoint.expand(everywhere.over(InTreePlugin.defaults()), points, types::get)
                .forEach((point, list) -> taking.put(
                        point,
                        list.stream().map(e -> new Taking(e.name(), e.weight())).toList()));
        ProfileConfiguration read = new ProfileConfiguration(schedulerName, taking, args);
        require(read);
        return read;
    }

    private void require(ProfileConfiguration read) {
        List<String> sorts = read.names(ExtensionPoint.QUEUE_SORT);
        if (sorts.size() != 1) {
            profile.invalid("plugins.queueSort", sorts, "only one queue sort plugin required, but got " + sorts.size());
        }
        if (read.at(ExtensionPoint.BIND).isEmpty()) {
            profile.required("plugins.bind", "at least one bind plugin is needed");
        }
    }

    private void readArgs() {
        Set<String> seen = new HashSet<>();
        for (Fields each : profile.objects("pluginConfig")) {
            String name = each.text("name", "");
            Optional<InTreePlugin> own = InTreePlugin.of(name);
            if (!seen.add(name)) {
                each.duplicate("name", name);
            } else if (own.isPresent()) {
                args.put(name, ArgsReader.read(own.get(), each.object("args")));
            } else if (foreign.containsKey(name)) {
                look(each, "args", name, each.tree("args"));
            } else if (InTreePlugin.NOT_HERE.contains(name)) {
                warnings.add(
                        each.path("name") + ": " + name + " is not part of this scheduler, its args have no effect");
            } else {
                each.invalid("name", name, "there is no such plugin");
            }
            each.tree("args");
            each.end();
        }
    }

    private PluginSet set(Fields plugins, String field, Optional<ExtensionPoint> point) {
        Fields set = plugins.object(field);
        List<Enabled> enabled = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Fields each : set.objects("enabled")) {
            String name = each.text("name", "");
            int weight = each.number("weight", 0);
            if (weight < 0) {
                each.invalid("weight", weight, "must be greater than or equal to 0");
            }
            each.end();
            if (isUsable(each, name, point)) {
                if (names.add(name)) {
                    enabled.add(new Enabled(name, weight));
                } else {
                    each.duplicate("name", name);
                }
            }
        }
        Set<String> disabled = new HashSet<>();
        for (Fields each : set.objects("disabled")) {
            disabled.add(each.text("name", ""));
            each.number("weight", 0);
            each.end();
        }
        set.end();
        return new PluginSet(enabled, disabled);
    }

    private boolean isUsable(Fields enabled, String name, Optional<ExtensionPoint> point) {
        if (InTreePlugin.NOT_HERE.contains(name)) {
            warnings.add(enabled.path("name") + ": " + name + " is not part of this scheduler");
            return false;
        }
        if (foreign.containsKey(name) && !lookedAt.contains(name)) {
            look(enabled, "name", name, MissingNode.getInstance());
        }
        Class<? extends Plugin> type = types.get(name);
        if (type == null) {
            if (!foreign.containsKey(name)) {
                enabled.invalid("name", name, "there is no such plugin");
            }
            return false;
        }
        if (point.isPresent() && !point.get().isExtendedBy(type)) {
            enabled.invalid("name", name, "does not extend " + point.get().field());
            return false;
        }
        return true;
    }

    /** Makes a plugin to see at which points it takes part, and whether its args make sense. */
    private void look(Fields at, String field, String name, JsonNode pluginArgs) {
        PluginFactory factory = foreign.get(name);
        lookedAt.add(name);
        try {
            types.put(name, factory.create(pluginArgs).getClass());
            args.put(name, new PluginArgs.Foreign(factory, pluginArgs));
        } catch (RuntimeException e) {
            at.invalid(field, field.equals("args") ? pluginArgs : name, String.valueOf(e.getMessage()));
        }
    }
}

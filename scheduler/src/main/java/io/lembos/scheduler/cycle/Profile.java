package io.lembos.scheduler.cycle;

import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Plugin;
import io.lembos.scheduler.framework.PreEnqueuePlugin;
import io.lembos.scheduler.framework.ScorePlugin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * The plugins that decide for the pods of one {@code spec.schedulerName}.
 *
 * @param preEnqueues those that keep pods aside before they are tried
 * @param filters in the order in which they are asked; the first that objects to a node gives the reason
 * @param scores those that rank nodes
 * @param postFilters those that look for a way out when no node can take a pod, in order
 * @param binding those that accompany the pod from then on
 * @param extenders those outside this process who have a say
 */
public record Profile(
        String schedulerName,
        List<PreEnqueuePlugin> preEnqueues,
        List<FilterPlugin> filters,
        List<Weighted> scores,
        List<PostFilterPlugin> postFilters,
        BindingPlugins binding,
        List<Extender> extenders) {

    /** A plugin and how much its opinion counts. */
    public record Weighted(ScorePlugin plugin, int weight) {}

    public Profile {
        preEnqueues = List.copyOf(preEnqueues);
        filters = List.copyOf(filters);
        scores = List.copyOf(scores);
        postFilters = List.copyOf(postFilters);
        extenders = List.copyOf(extenders);
    }

    /** One that only decides. */
    public Profile(String schedulerName, List<FilterPlugin> filters, List<Weighted> scores) {
        this(schedulerName, List.of(), filters, scores, List.of(), BindingPlugins.NONE, List.of());
    }

    public Profile withPreEnqueues(List<PreEnqueuePlugin> plugins) {
        return new Profile(schedulerName, plugins, filters, scores, postFilters, binding, extenders);
    }

    public Profile withPostFilters(List<PostFilterPlugin> plugins) {
        return new Profile(schedulerName, preEnqueues, filters, scores, plugins, binding, extenders);
    }

    public Profile withBinding(BindingPlugins plugins) {
        return new Profile(schedulerName, preEnqueues, filters, scores, postFilters, plugins, extenders);
    }

    public Profile withExtenders(List<Extender> all) {
        return new Profile(schedulerName, preEnqueues, filters, scores, postFilters, binding, all);
    }

    /** Every plugin once. */
    public Collection<Plugin> plugins() {
        Set<Plugin> all = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Plugin> ordered = new ArrayList<>();
        for (List<? extends Plugin> each : List.of(
                preEnqueues,
                filters,
                scores.stream().map(Weighted::plugin).toList(),
                postFilters,
                binding.all().toList())) {
            each.stream().filter(all::add).forEach(ordered::add);
        }
        return ordered;
    }
}

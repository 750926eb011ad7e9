package io.lembos.scheduler.cycle;

import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.ScorePlugin;
import java.util.List;

/**
 * The plugins that decide for the pods of one {@code spec.schedulerName}.
 *
 * @param filters in the order in which they are asked; the first that objects to a node gives the reason
 * @param scores those that rank nodes
 * @param postFilters those that look for a way out when no node can take a pod, in order
 */
public record Profile(
        String schedulerName, List<FilterPlugin> filters, List<Weighted> scores, List<PostFilterPlugin> postFilters) {

    /** A plugin and how much its opinion counts. */
    public record Weighted(ScorePlugin plugin, int weight) {}

    public Profile {
        filters = List.copyOf(filters);
        scores = List.copyOf(scores);
        postFilters = List.copyOf(postFilters);
    }

    public Profile(String schedulerName, List<FilterPlugin> filters, List<Weighted> scores) {
        this(schedulerName, filters, scores, List.of());
    }

    public Profile withPostFilters(List<PostFilterPlugin> plugins) {
        return new Profile(schedulerName, filters, scores, plugins);
    }
}

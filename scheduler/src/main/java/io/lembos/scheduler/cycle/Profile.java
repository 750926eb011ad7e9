package io.lembos.scheduler.cycle;

import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.ScorePlugin;
import java.util.List;

/**
 * The plugins that decide for the pods of one {@code spec.schedulerName}.
 *
 * @param filters in the order in which they are asked; the first that objects to a node gives the reason
 * @param scores those that rank nodes
 */
public record Profile(String schedulerName, List<FilterPlugin> filters, List<Weighted> scores) {

    /** A plugin and how much its opinion counts. */
    public record Weighted(ScorePlugin plugin, int weight) {}

    public Profile {
        filters = List.copyOf(filters);
        scores = List.copyOf(scores);
    }
}

package io.lembos.scheduler.framework;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import java.util.List;
import java.util.Optional;

/** Ranks nodes (extension points PreScore, Score and NormalizeScore). */
public interface ScorePlugin extends Plugin {
    long SCORE_MAX = 100;

    /**
     * How to score nodes for this pod; empty when the plugin has no opinion.
     *
     * @param feasible the nodes that will be scored; empty for a {@link NodeLocal} plugin, whose scores must not depend on
     *     them
     */
    Optional<NodeScorer> preScore(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible);

    /** How raw scores become 0 to 100. */
    default Normalisation normalisation() {
        return Normalisation.NONE;
    }
}

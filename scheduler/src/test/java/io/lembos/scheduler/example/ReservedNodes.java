package io.lembos.scheduler.example;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.NodeScorer;
import io.lembos.scheduler.framework.Plugin;
import io.lembos.scheduler.framework.PluginFactory;
import io.lembos.scheduler.framework.ScorePlugin;
import io.lembos.scheduler.framework.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * What somebody else may write: nodes with a label are for the team that it names; pods of no team go anywhere. It promises
 * nothing of what it looks at, so it is asked about each node.
 */
public final class ReservedNodes implements FilterPlugin, ScorePlugin {
    private final String label;

    private ReservedNodes(String label) {
        this.label = label;
    }

    /** {@code args: {label: NAME}}. */
    public static final class Factory implements PluginFactory {
        @Override
        public String name() {
            return "ReservedNodes";
        }

        @Override
        public Plugin create(JsonNode args) {
            if (!args.path("label").isTextual()) {
                throw new IllegalArgumentException("label is missing");
            }
            return new ReservedNodes(args.get("label").asText());
        }
    }

    @Override
    public String name() {
        return "ReservedNodes";
    }

    @Override
    public Filtering preFilter(PodInfo pod, Snapshot snapshot) {
        String team = pod.labels().get("team");
        return team == null
                ? Filtering.SKIP
                : new Filtering.EachNode(node -> team.equals(node.labels().getOrDefault(label, team))
                        ? Verdict.FITS
                        : Verdict.unresolvable("node(s) are for another team"));
    }

    @Override
    public Optional<NodeScorer> preScore(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        return pod.labels().containsKey("team")
                ? Optional.of(node -> node.labels().containsKey(label) ? 100 : 0)
                : Optional.empty();
    }
}

package io.lembos.scheduler.plugins;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.ResourceNames;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.NodeLocal;
import io.lembos.scheduler.framework.NodeScorer;
import io.lembos.scheduler.framework.Requeues;
import io.lembos.scheduler.framework.ScorePlugin;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Requires room for what the pod asks for, and prefers nodes by how full they would be ({@link ScoringStrategy}). */
public final class NodeResourcesFit implements FilterPlugin, ScorePlugin, NodeLocal, Requeues {
    private final Args args;

    /**
     * {@code NodeResourcesFitArgs}.
     *
     * @param ignoredResources extended resources that are not checked
     * @param ignoredResourceGroups the same by what stands before the slash
     */
    public record Args(
            Set<String> ignoredResources, Set<String> ignoredResourceGroups, ScoringStrategy scoringStrategy) {
        public static final Args DEFAULTS =
                new Args(Set.of(), Set.of(), new ScoringStrategy.LeastAllocated(ResourceWeight.CPU_AND_MEMORY));

        public Args {
            ignoredResources = Set.copyOf(ignoredResources);
            ignoredResourceGroups = Set.copyOf(ignoredResourceGroups);
        }

        /** With more extended resources that are not checked. */
        public Args ignoring(Set<String> more) {
            Set<String> all = new HashSet<>(ignoredResources);
            all.addAll(more);
            return new Args(all, ignoredResourceGroups, scoringStrategy);
        }

        private boolean ignores(String resource) {
            return ResourceNames.isExtended(resource)
                    && (ignoredResources.contains(resource)
                            || ignoredResourceGroups.contains(resource.substring(0, resource.indexOf('/'))));
        }
    }

    public NodeResourcesFit() {
        this(Args.DEFAULTS);
    }

    public NodeResourcesFit(Args args) {
        this.args = args;
    }

    @Override
    public String name() {
        return "NodeResourcesFit";
    }

    @Override
    public Filtering preFilter(PodInfo pod, Snapshot snapshot) {
        return new Filtering.EachNode(new ResourceDemand(pod.requests(), args::ignores));
    }

    @Override
    public List<HintedEvent> events() {
        return new NodeResourcesFitHints(this).events();
    }

    @Override
    public Optional<NodeScorer> preScore(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        ScoringStrategy strategy = args.scoringStrategy();
        AskedResources asked = new AskedResources(strategy.resources(), pod, true);
        return Optional.of(node -> strategy.score(asked, node));
    }
}

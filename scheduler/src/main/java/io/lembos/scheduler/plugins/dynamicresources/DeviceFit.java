package io.lembos.scheduler.plugins.dynamicresources;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.NodeLocal;
import io.lembos.scheduler.framework.NodeScorer;
import io.lembos.scheduler.framework.Normalisation;
import io.lembos.scheduler.framework.ScorePlugin;
import java.util.List;
import java.util.Optional;

/** The part of {@link DynamicResources} that judges nodes: pure. */
public final class DeviceFit implements FilterPlugin, ScorePlugin, NodeLocal {
    private final Selectors selectors = new Selectors();

    @Override
    public String name() {
        return "DynamicResources";
    }

    static boolean isConcerned(PodInfo pod) {
        return !pod.pod().getSpec().getResourceClaims().isEmpty();
    }

    /** Asked for pods that are {@linkplain #isConcerned concerned} only. */
    Preparation prepare(PodInfo pod, Snapshot snapshot) {
        return ClaimFilter.of(pod, snapshot.surroundings().devices(), selectors);
    }

    @Override
    public Filtering preFilter(PodInfo pod, Snapshot snapshot) {
        if (!isConcerned(pod)) {
            return Filtering.SKIP;
        }
        return switch (prepare(pod, snapshot)) {
            case Preparation.Unneeded no -> Filtering.SKIP;
            case Preparation.Rejects no -> new Filtering.Rejected(no.why());
            case Preparation.Ready ready -> new Filtering.EachNode(ready.filter());
        };
    }

    @Override
    public Optional<NodeScorer> preScore(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        return isConcerned(pod)
                        && prepare(pod, snapshot) instanceof Preparation.Ready ready
                        && ready.filter().ranks()
                ? Optional.of(ready.filter()::score)
                : Optional.empty();
    }

    @Override
    public Normalisation normalisation() {
        return Normalisation.PROPORTIONAL;
    }
}

package io.lembos.scheduler.framework;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import java.util.List;
import java.util.Optional;

/**
 * A plugin that judges nodes by the pods in their topology domains. It only says what to count and how to judge by the
 * counts. They can be taken from nothing, as the methods here do, or be kept from one decision to the next.
 */
public interface DomainPlugin extends FilterPlugin, ScorePlugin {
    DomainRules rules(PodInfo pod, Snapshot snapshot);

    @Override
    default Filtering preFilter(PodInfo pod, Snapshot snapshot) {
        DomainRules rules = rules(pod, snapshot);
        if (rules.filter().isEmpty()) {
            return Filtering.SKIP;
        }
        CountedDomains counted = new CountedDomains(rules.tallies(), snapshot);
        DomainRules.Filter filter = rules.filter().get();
        return new Filtering.EachNode(node -> filter.filter(counted.at(node)));
    }

    @Override
    default Optional<NodeScorer> preScore(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        DomainRules rules = rules(pod, snapshot);
        if (rules.score().isEmpty()) {
            return Optional.empty();
        }
        CountedDomains counted = new CountedDomains(rules.tallies(), snapshot);
        DomainRules.Score score = rules.score().get();
        int[] domains = counted.among(feasible.stream()
                .filter(node -> !score.ignores(counted.at(node)))
                .toList());
        return Optional.of(node -> {
            Tallies here = counted.at(node);
            return score.ignores(here) ? Normalisation.IGNORED : score.score(here, domains);
        });
    }
}

package io.lembos.scheduler.cycle;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.DomainPlugin;
import io.lembos.scheduler.framework.DomainRules;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.NodeLocal;
import io.lembos.scheduler.framework.NodeScorer;
import io.lembos.scheduler.framework.Normalisation;
import io.lembos.scheduler.framework.Plugin;
import io.lembos.scheduler.framework.ScorePlugin;
import io.lembos.scheduler.framework.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a profile's plugins make of a pod, sorted by what they look at. Immutable.
 *
 * @param pod one of those that are judged alike
 * @param local filters that look at the node only
 * @param plain scorers that look at the node only and do not normalise
 * @param normalised scorers that look at the node only and normalise
 * @param domains plugins that look at domains
 * @param tallies of all of those, one after the other
 */
record PodRules(
        PodInfo pod,
        Feasibility local,
        List<Scorer> plain,
        List<Scorer> normalised,
        List<Domain> domains,
        List<Tally> tallies) {

    record Scorer(NodeScorer scorer, Normalisation normalisation, int weight) {}

    /** @param firstTally where the plugin's own tallies begin */
    record Domain(
            String plugin,
            Optional<DomainRules.Filter> filter,
            Optional<DomainRules.Score> score,
            Normalisation normalisation,
            int weight,
            int firstTally,
            int tallyCount) {}

    /** Empty if a plugin has to be asked about each node anew, or names the only nodes that come into question. */
    static Optional<PodRules> of(Profile profile, PodInfo pod, Snapshot snapshot) {
        List<Feasibility.Prepared> local = new ArrayList<>();
        List<DomainPlugin> domainFilters = new ArrayList<>();
        for (FilterPlugin plugin : profile.filters()) {
            if (plugin instanceof DomainPlugin domain) {
                domainFilters.add(domain);
                continue;
            }
            switch (plugin.preFilter(pod, snapshot)) {
                case Filtering.Skip skip -> {}
                case Filtering.EachNode each
                when plugin instanceof NodeLocal && !filter(domainFilters, pod, snapshot) ->
                    local.add(new Feasibility.Prepared(plugin.name(), each.filter()));
                default -> {
                    return Optional.empty();
                }
            }
        }
        List<Scorer> plain = new ArrayList<>();
        List<Scorer> normalised = new ArrayList<>();
        List<Profile.Weighted> domainScores = new ArrayList<>();
        for (Profile.Weighted weighted : profile.scores()) {
            ScorePlugin plugin = weighted.plugin();
            if (plugin instanceof DomainPlugin) {
                domainScores.add(weighted);
                continue;
            }
            Optional<NodeScorer> scorer = plugin.preScore(pod, snapshot, List.of());
            if (scorer.isEmpty()) {
                continue;
            }
            if (!(plugin instanceof NodeLocal)) {
                return Optional.empty();
            }
            List<Scorer> list = plugin.normalisation() == Normalisation.NONE ? plain : normalised;
            list.add(new Scorer(scorer.get(), plugin.normalisation(), weighted.weight()));
        }
        List<Tally> tallies = new ArrayList<>();
        List<Domain> domains = domains(domainFilters, domainScores, pod, snapshot, tallies);
        Feasibility feasibility =
                new Feasibility(pod.priority(), "", Optional.empty(), List.copyOf(local), null, Set.of());
        return Optional.of(new PodRules(pod, feasibility, plain, normalised, domains, tallies));
    }

    /** Whether one of them has something to say: its reasons come before those of plugins that are asked later. */
    private static boolean filter(List<DomainPlugin> plugins, PodInfo pod, Snapshot snapshot) {
        return plugins.stream()
                .anyMatch(plugin -> plugin.rules(pod, snapshot).filter().isPresent());
    }

    private static List<Domain> domains(
            List<DomainPlugin> filters,
            List<Profile.Weighted> scores,
            PodInfo pod,
            Snapshot snapshot,
            List<Tally> tallies) {
        List<Domain> domains = new ArrayList<>();
        for (DomainPlugin plugin : filters) {
            int weight = scores.stream()
                    .filter(w -> w.plugin() == plugin)
                    .mapToInt(Profile.Weighted::weight)
                    .sum();
            add(domains, tallies, plugin, plugin.rules(pod, snapshot), true, weight);
        }
        for (Profile.Weighted each : scores) {
            Plugin plugin = each.plugin();
            if (plugin instanceof DomainPlugin domain && !filters.contains(domain)) {
                add(domains, tallies, domain, domain.rules(pod, snapshot), false, each.weight());
            }
        }
        return domains;
    }

    private static void add(
            List<Domain> domains,
            List<Tally> tallies,
            DomainPlugin plugin,
            DomainRules rules,
            boolean filters,
            int weight) {
        if (rules.filter().isEmpty() && rules.score().isEmpty()) {
            return;
        }
        domains.add(new Domain(
                plugin.name(),
                filters ? rules.filter() : Optional.empty(),
                weight == 0 ? Optional.empty() : rules.score(),
                plugin.normalisation(),
                weight,
                tallies.size(),
                rules.tallies().size()));
        tallies.addAll(rules.tallies());
    }

    /** The sum of all scores that are not normalised, weighted. */
    long localScore(NodeInfo node) {
        long sum = 0;
        for (Scorer each : plain) {
            sum += each.scorer().score(node) * each.weight();
        }
        return sum;
    }

    boolean filtersByDomain() {
        return domains.stream().anyMatch(d -> d.filter().isPresent());
    }
}

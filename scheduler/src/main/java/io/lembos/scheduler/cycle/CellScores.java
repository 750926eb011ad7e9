package io.lembos.scheduler.cycle;

import io.lembos.scheduler.framework.DomainRules;
import io.lembos.scheduler.framework.Normalisation;
import io.lembos.scheduler.framework.Tallies;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The greatest total score of any node in each feasible cell. */
record CellScores(PodRules rules, CellLayout layout, List<Cell> cells) {

    long[] totals() {
        long[] totals = new long[cells.size()];
        for (int i = 0; i < totals.length; i++) {
            totals[i] = cells.get(i).best();
        }
        for (int s = 0; s < rules.normalised().size(); s++) {
            PodRules.Scorer scorer = rules.normalised().get(s);
            long[] scores = new long[totals.length];
            for (int i = 0; i < totals.length; i++) {
                scores[i] = layout.score(cells.get(i).key(), s);
            }
            add(totals, scores, scorer.normalisation(), scorer.weight());
        }
        for (PodRules.Domain domain : rules.domains()) {
            if (domain.score().isPresent()) {
                add(totals, scores(domain, domain.score().get()), domain.normalisation(), domain.weight());
            }
        }
        return totals;
    }

    private static void add(long[] totals, long[] scores, Normalisation normalisation, int weight) {
        normalisation.apply(scores);
        for (int i = 0; i < totals.length; i++) {
            totals[i] += scores[i] * weight;
        }
    }

    private long[] scores(PodRules.Domain domain, DomainRules.Score score) {
        long[] scores = new long[cells.size()];
        Tallies[] tallies = new Tallies[scores.length];
        for (int i = 0; i < scores.length; i++) {
            tallies[i] = layout.tallies(cells.get(i).key(), domain.firstTally());
            scores[i] = score.ignores(tallies[i]) ? Normalisation.IGNORED : 0;
        }
        int[] feasible = feasibleDomains(domain, scores);
        for (int i = 0; i < scores.length; i++) {
            if (scores[i] != Normalisation.IGNORED) {
                scores[i] = score.score(tallies[i], feasible);
            }
        }
        return scores;
    }

    /** For each tally of the plugin, in how many domains the cells lie that are not ignored; none counts as one more. */
    private int[] feasibleDomains(PodRules.Domain domain, long[] scores) {
        int[] numbers = new int[domain.tallyCount()];
        for (int t = 0; t < numbers.length; t++) {
            int tally = domain.firstTally() + t;
            numbers[t] =
                    layout.isUnique(tally) || layout.isPerNode(tally) ? nodes(tally, scores) : domains(tally, scores);
        }
        return numbers;
    }

    private int nodes(int tally, long[] scores) {
        int with = 0;
        int without = 0;
        for (int i = 0; i < scores.length; i++) {
            if (scores[i] == Normalisation.IGNORED) {
                continue;
            }
            if (layout.has(cells.get(i).key(), tally) || layout.isPerNode(tally)) {
                with += cells.get(i).size();
            } else {
                without = 1;
            }
        }
        return with + without;
    }

    private int domains(int tally, long[] scores) {
        Set<Long> found = new HashSet<>();
        for (int i = 0; i < scores.length; i++) {
            if (scores[i] != Normalisation.IGNORED) {
                found.add(layout.domain(cells.get(i).key(), tally));
            }
        }
        return found.size();
    }
}

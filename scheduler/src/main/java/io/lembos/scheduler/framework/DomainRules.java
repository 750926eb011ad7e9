package io.lembos.scheduler.framework;

import java.util.List;
import java.util.Optional;

/**
 * How a {@link DomainPlugin} judges nodes for one pod: by sums over topology domains.
 *
 * @param filter says whether a node will do; empty when any will
 * @param score ranks a node; empty when the plugin has no opinion
 */
public record DomainRules(List<Tally> tallies, Optional<Filter> filter, Optional<Score> score) {
    public static final DomainRules NONE = new DomainRules(List.of(), Optional.empty(), Optional.empty());

    public DomainRules {
        tallies = List.copyOf(tallies);
    }

    /** Judges one node by its sums. */
    @FunctionalInterface
    public interface Filter {
        Verdict filter(Tallies tallies);
    }

    /** Ranks one node by its sums. */
    public interface Score {
        /**
         * A raw score.
         *
         * @param feasibleDomains for each tally, how many of its domains have a feasible node that is not ignored
         */
        long score(Tallies tallies, int[] feasibleDomains);

        /** Whether the node is left out of the comparison ({@link Normalisation#IGNORED}); asks only what it has. */
        default boolean ignores(Tallies tallies) {
            return false;
        }
    }
}

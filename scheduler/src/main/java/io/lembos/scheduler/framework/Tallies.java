package io.lembos.scheduler.framework;

/**
 * What a plugin's {@link Tally}s say at one node, and of all domains together. Indexes are those of
 * {@link DomainRules#tallies}.
 */
public interface Tallies {

    /** Whether the node has the tally's topology key. */
    boolean has(int tally);

    /** The sum in the node's domain; 0 where the node has none. */
    long here(int tally);

    /** The least sum of any domain that exists; 0 if none does. */
    long least(int tally);

    /** How many domains exist. */
    int domains(int tally);

    /** The greatest sum of any domain; 0 if there is none. */
    long greatest(int tally);
}

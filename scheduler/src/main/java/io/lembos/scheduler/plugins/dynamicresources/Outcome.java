package io.lembos.scheduler.plugins.dynamicresources;

import java.util.List;

/** What a {@link Search} has found. */
sealed interface Outcome {
    Outcome NOTHING = new Nothing();

    /**
     * Devices for all claims.
     *
     * @param choices by claim, in the order of its requests
     * @param score 8 less the index of the alternative that was taken, for each request that has alternatives
     */
    record Found(List<List<Choice>> choices, long score) implements Outcome {
        public Found {
            choices = choices.stream().map(List::copyOf).toList();
        }
    }

    /** There is no way. */
    record Nothing() implements Outcome {}

    /** The question makes no sense, or not now. */
    record Broken(String why) implements Outcome {}
}

package io.lembos.scheduler.cycle;

import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import java.util.random.RandomGenerator;

/**
 * Decides for one pod: filters all nodes, scores those that are left and picks the best; among equals the given generator
 * chooses, so the same seed gives the same decisions. Looks at every node: no sampling.
 */
public record SchedulingCycle(Profile profile) {

    public Decision run(PodInfo pod, Snapshot snapshot, RandomGenerator ties) {
        return Evaluation.of(profile, pod, snapshot).decide(ties);
    }
}

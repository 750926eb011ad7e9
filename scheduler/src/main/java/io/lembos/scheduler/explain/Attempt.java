package io.lembos.scheduler.explain;

import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.cycle.Decision;
import io.lembos.scheduler.cycle.Diagnosis;
import io.lembos.scheduler.cycle.Profile;
import java.time.Instant;
import java.util.BitSet;
import java.util.Optional;

/**
 * One try to find a node for a pod.
 *
 * @param number 1 for the first try of the pod
 * @param nodes how many there were
 * @param snapshot what it was decided on; empty if that was too long ago to be kept
 */
public record Attempt(
        Instant at,
        int number,
        Profile profile,
        PodInfo pod,
        int nodes,
        Optional<Snapshot> snapshot,
        Decision decision) {

    public Attempt(Instant at, int number, Profile profile, PodInfo pod, Snapshot snapshot, Decision decision) {
        this(at, number, profile, pod, snapshot.size(), Optional.of(snapshot), decision);
    }

    Attempt undone(Diagnosis why) {
        return new Attempt(at, number, profile, pod, nodes, snapshot, new Decision.Unschedulable(why, new BitSet()));
    }

    Attempt withoutDetail() {
        return new Attempt(at, number, profile, pod, nodes, Optional.empty(), decision);
    }
}

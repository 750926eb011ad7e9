package io.lembos.scheduler.explain;

import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.cycle.Decision;
import io.lembos.scheduler.cycle.Profile;
import java.time.Instant;

/**
 * One try to find a node for a pod.
 *
 * @param number 1 for the first try of the pod
 */
public record Attempt(Instant at, int number, Profile profile, PodInfo pod, Snapshot snapshot, Decision decision) {}

package io.lembos.scheduler.cache;

import java.util.List;

/**
 * What two pods must have in common to be judged alike on the same snapshot: their signatures, and what their claims stand
 * for. Claims that nobody uses yet need not be the same ones, only alike; so pods with a volume each share a class.
 *
 * @param volumes for each claim on a volume, all that a decision looks at
 * @param devices the same of claims on devices
 */
public record ClassKey(PodSignature signature, List<Object> volumes, List<Object> devices) {

    /** @param surroundings those of the snapshot on which the pod is to be judged */
    public static ClassKey of(PodInfo pod, Surroundings surroundings) {
        return new ClassKey(
                pod.signature(),
                pod.claims().isEmpty()
                        ? List.of()
                        : surroundings.storage().volumes(pod).stream()
                                .map(v -> v.likeness(pod.uid()))
                                .toList(),
                surroundings.devices().claims(pod.pod()).likeness(pod.uid()));
    }
}

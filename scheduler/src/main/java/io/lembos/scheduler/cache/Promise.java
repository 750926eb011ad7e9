package io.lembos.scheduler.cache;

import org.pcollections.HashTreePSet;
import org.pcollections.PSet;

/**
 * What has been decided for a claim without a volume, until the API server says so too. Pods that share the claim share the
 * promise.
 *
 * @param volume the volume that it gets; empty if one is to be made
 * @param node from where the volume is to be reached
 * @param pods uids of the pods for which it holds
 */
public record Promise(String volume, String node, PSet<String> pods) {

    /** @param volume empty if one is to be made */
    public static Promise of(String volume, String node) {
        return new Promise(volume, node, HashTreePSet.empty());
    }

    Promise with(String uid) {
        return new Promise(volume, node, pods.plus(uid));
    }

    Promise without(String uid) {
        return new Promise(volume, node, pods.minus(uid));
    }
}

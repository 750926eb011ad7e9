package io.lembos.scheduler.cache;

import io.lembos.api.meta.ObjectKey;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Volumes that decisions under way have given to claims: nobody else counts on them. Immutable.
 *
 * @param byClaim one for each claim at most
 * @param byVolume whose each promised volume is
 */
record Promises(PMap<ObjectKey, Promise> byClaim, PMap<String, ObjectKey> byVolume) {
    static final Promises NONE = new Promises(HashTreePMap.empty(), HashTreePMap.empty());

    Optional<Promise> of(ObjectKey claim) {
        return Optional.ofNullable(byClaim.get(claim));
    }

    boolean include(String volume) {
        return byVolume.containsKey(volume);
    }

    /** The first promise for a claim stays; other pods join it. */
    Promises with(ObjectKey claim, Promise promise, String uid) {
        Promise kept = byClaim.getOrDefault(claim, promise).with(uid);
        return new Promises(
                byClaim.plus(claim, kept), kept.volume().isEmpty() ? byVolume : byVolume.plus(kept.volume(), claim));
    }

    Promises without(ObjectKey claim, String uid) {
        Promise present = byClaim.get(claim);
        if (present == null || !present.pods().contains(uid)) {
            return this;
        }
        Promise left = present.without(uid);
        return left.pods().isEmpty()
                ? new Promises(byClaim.minus(claim), byVolume.minus(present.volume()))
                : new Promises(byClaim.plus(claim, left), byVolume);
    }
}

package io.lembos.apiserver.store.cache;

import io.lembos.apiserver.store.StoreEvent;
import io.lembos.apiserver.store.cache.Image.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * The last steps, in a ring. Invariants: revisions in the ring grow; {@code base} is the image just before the oldest
 * step, so that every revision from {@code base} on can be read.
 *
 * <p>Owned by {@link WatchCache}, under its lock. When the ring is full the oldest step becomes the base.
 */
final class History {
    private final Step[] ring;
    private Image base;
    private int first;
    private int size;

    History(int commitsMax, Image base) {
        this.ring = new Step[commitsMax];
        this.base = base;
    }

    void append(Step step) {
        if (size == ring.length) {
            base = ring[first].image();
            ring[first] = null;
            first = (first + 1) % ring.length;
            size--;
        }
        ring[(first + size) % ring.length] = step;
        size++;
    }

    long oldestRevision() {
        return base.revision();
    }

    /** The image at a revision that is not older than the oldest. */
    Image at(long revision) {
        int after = firstAfter(revision);
        return after == 0 ? base : get(after - 1).image();
    }

    /** The events with a greater revision. */
    List<StoreEvent.Change> since(long revision) {
        List<StoreEvent.Change> events = new ArrayList<>();
        for (int i = firstAfter(revision); i < size; i++) {
            events.addAll(get(i).events());
        }
        return events;
    }

    private int firstAfter(long revision) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (get(middle).revision() <= revision) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private Step get(int index) {
        return ring[(first + index) % ring.length];
    }
}

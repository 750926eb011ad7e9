package io.lembos.controllers.common;

import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a controller has done and not yet seen in its informer: until then it must not count again, or it would create or
 * delete twice. Given up after five minutes, as in Kubernetes, so that a lost observation cannot stop a controller.
 *
 * <p>Guarded by the monitor of this object; bounded by the controller's own objects.
 */
public final class Expectations {
    private static final Duration LIFETIME = Duration.ofMinutes(5);

    private final Clock clock;
    private final Map<ObjectKey, Pending> pending = new HashMap<>();

    private static final class Pending {
        private int creations;
        private final Set<String> deletions = new HashSet<>();
        private long sinceNanos;
    }

    public Expectations(Clock clock) {
        this.clock = clock;
    }

    /** Announces creations; call before making them. */
    public synchronized void expectCreations(ObjectKey owner, int count) {
        pending(owner).creations += count;
    }

    /** Announces the deletion of one object; call before making it. */
    public synchronized void expectDeletion(ObjectKey owner, String uid) {
        pending(owner).deletions.add(uid);
    }

    /** A creation was seen, or failed. */
    public synchronized void creationSeen(ObjectKey owner) {
        Pending present = pending.get(owner);
        if (present != null && present.creations > 0) {
            present.creations--;
        }
    }

    /** A deletion was seen, or failed. */
    public synchronized void deletionSeen(ObjectKey owner, String uid) {
        Pending present = pending.get(owner);
        if (present != null) {
            present.deletions.remove(uid);
        }
    }

    /** Whether everything that was announced has been seen, or was given up. */
    public synchronized boolean satisfied(ObjectKey owner) {
        Pending present = pending.get(owner);
        return present == null
                || (present.creations == 0 && present.deletions.isEmpty())
                || clock.nanoTime() - present.sinceNanos > LIFETIME.toNanos();
    }

    public synchronized void forget(ObjectKey owner) {
        pending.remove(owner);
    }

    private Pending pending(ObjectKey owner) {
        Pending present = pending.computeIfAbsent(owner, k -> new Pending());
        present.sinceNanos = clock.nanoTime();
        return present;
    }
}

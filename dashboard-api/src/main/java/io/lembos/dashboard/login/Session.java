package io.lembos.dashboard.login;

import io.lembos.api.authn.Identity;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A browser that has logged in. Ends once, by logout or with time, and then tells everybody who depends on it.
 *
 * <p>Listeners are guarded by the monitor of this object and called outside it; one that comes too late is called at
 * once. There are as many as the session has streams open.
 */
public final class Session {
    private final Identity identity;
    private final Instant expiresAt;
    private final Set<Runnable> listeners = new LinkedHashSet<>();
    private boolean ended;

    Session(Identity identity, Instant expiresAt) {
        this.identity = identity;
        this.expiresAt = expiresAt;
    }

    public Identity identity() {
        return identity;
    }

    public Instant expiresAt() {
        return expiresAt;
    }

    public void onEnd(Runnable listener) {
        synchronized (this) {
            if (!ended) {
                listeners.add(listener);
                return;
            }
        }
        listener.run();
    }

    public synchronized void forget(Runnable listener) {
        listeners.remove(listener);
    }

    void end() {
        Set<Runnable> told;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            told = Set.copyOf(listeners);
            listeners.clear();
        }
        told.forEach(Runnable::run);
    }
}

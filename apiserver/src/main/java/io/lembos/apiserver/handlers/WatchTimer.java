package io.lembos.apiserver.handlers;

import io.lembos.api.time.Clock;
import io.lembos.apiserver.store.Store;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ends watches when their time is over, and once a minute asks the store for bookmarks, as long as any watch wants them.
 *
 * <p>Each watch has one timer of the clock; the bookmark timer runs only while somebody wants bookmarks and is guarded by
 * the monitor of this object.
 */
public final class WatchTimer {
    private static final Duration BOOKMARK_INTERVAL = Duration.ofMinutes(1);

    private final Clock clock;
    private final Store store;
    private final Set<WatchStream> wantBookmarks = ConcurrentHashMap.newKeySet();
    private boolean ticking;

    public WatchTimer(Clock clock, Store store) {
        this.clock = clock;
        this.store = store;
    }

    /** Whose time it is. */
    Clock clock() {
        return clock;
    }

    /** Takes a watch out again when it has ended by itself. */
    interface Registration {
        void cancel();
    }

    Registration register(WatchStream stream, Duration timeout, boolean bookmarks) {
        Clock.Timer end = clock.after(timeout, stream::end);
        if (bookmarks) {
            wantBookmarks.add(stream);
            startTicking();
        }
        return () -> {
            end.cancel();
            wantBookmarks.remove(stream);
        };
    }

    private synchronized void startTicking() {
        if (!ticking) {
            ticking = true;
            clock.after(BOOKMARK_INTERVAL, this::tick);
        }
    }

    private void tick() {
        synchronized (this) {
            ticking = false;
        }
        if (!wantBookmarks.isEmpty()) {
            store.requestProgress();
            startTicking();
        }
    }
}

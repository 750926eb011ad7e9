package io.lembos.apiserver.kinds;

import java.util.concurrent.atomic.AtomicLong;

/**
 * For how long a custom kind is served as it is: until a revision of the store that becomes known later. A watch of the kind
 * shows what happened before and ends there, so that its client asks again, and learns what has become of the kind.
 *
 * <p>Ends once. Safe for many threads.
 */
public final class Lifetime {
    private final AtomicLong end = new AtomicLong(Long.MAX_VALUE);

    /** Ends it at this revision, unless it has ended already; true if it had not. */
    public boolean endAt(long revision) {
        return end.compareAndSet(Long.MAX_VALUE, revision);
    }

    public boolean isOver() {
        return end.get() != Long.MAX_VALUE;
    }

    /** Whether the kind was still served so after this revision. */
    public boolean covers(long revision) {
        return revision < end.get();
    }
}

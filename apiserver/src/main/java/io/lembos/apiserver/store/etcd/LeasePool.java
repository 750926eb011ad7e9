package io.lembos.apiserver.store.etcd;

import io.etcd.jetcd.lease.LeaseGrantResponse;
import io.lembos.apiserver.store.StoreTimer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Leases for expiring keys, each shared by the writes of a short while, because a lease for each Event would burden
 * etcd more than the Events do.
 *
 * <p>A lease is granted for the wanted time and the while in which it is shared, so a key lives at least its time. It is
 * never kept alive. One lease is remembered for each duration in use. Guarded by the monitor, which a grant holds.
 */
final class LeasePool {
    private static final int USES_MAX = 1_000;
    private static final int SHARED_FRACTION = 20;

    private final EtcdConnection connection;
    private final StoreTimer timer;
    private final Map<Duration, Shared> leases = new HashMap<>();

    LeasePool(EtcdConnection connection, StoreTimer timer) {
        this.connection = connection;
        this.timer = timer;
    }

    private static final class Shared {
        private final long id;
        private final Instant until;
        private int uses;

        private Shared(long id, Instant until) {
            this.id = id;
            this.until = until;
        }
    }

    /** A lease that lives at least so long from now. */
    synchronized long lease(Duration ttl) {
        Instant now = timer.now();
        Shared shared = leases.get(ttl);
        if (shared == null || !now.isBefore(shared.until) || shared.uses >= USES_MAX) {
            shared = grant(ttl, now);
            leases.put(ttl, shared);
        }
        shared.uses++;
        return shared.id;
    }

    /** After etcd did not know a lease. */
    synchronized void forget() {
        leases.clear();
    }

    private Shared grant(Duration ttl, Instant now) {
        Duration sharedFor = ttl.dividedBy(SHARED_FRACTION);
        long seconds = ttl.plus(sharedFor).plusMillis(999).toSeconds();
        LeaseGrantResponse lease = connection.ask(connection.lease().grant(seconds));
        return new Shared(lease.getID(), now.plus(sharedFor));
    }
}

package io.lembos.apiserver.store;

import io.smallrye.mutiny.Multi;
import java.util.Optional;

/**
 * Ordered keys, one revision for the whole store.
 *
 * <p>Promises, which {@code StoreContract} spells out and each engine must keep:
 *
 * <ul>
 *   <li>a commit is atomic, gets one revision greater than all before it, and is durable before it is acknowledged;
 *   <li>a read that begins after an acknowledgement sees that commit, whoever made it;
 *   <li>a range at a revision, and the watch from that revision, together miss nothing and repeat nothing;
 *   <li>history is kept for a bounded number of revisions; what is older is answered with "compacted".
 * </ul>
 *
 * <p>All methods may block and are called on virtual threads; all are safe to call from many threads. Reads throw
 * {@link StoreUnavailableException} rather than answer from a state that may be stale. It knows bytes and revisions,
 * and nothing of objects.
 */
public interface Store extends AutoCloseable {
    /** Atomic compare + puts and deletes; returns only after it is durable, or with the reason why not. */
    CommitResult commit(Commit commit);

    /** The latest entry of the key. */
    Optional<Entry> get(String key);

    RangeResult range(Range range);

    /**
     * The changes with a revision greater than {@code fromRevision}, of the keys that begin with {@code prefix} if it
     * ends with {@code /}, else of that very key. Completes when the store closes. Fails with
     * {@link CompactedException} if that revision is no longer kept, and with {@link WatchOverflowException} if the
     * subscriber is too slow; both mean: list again.
     *
     * <p>Events arrive on a virtual thread of the watcher's own; the subscriber may block it, at the risk of overflow.
     */
    Multi<StoreEvent> watch(String prefix, long fromRevision);

    /**
     * Asks for a {@link StoreEvent.Progress} to every present watcher, behind the events that it still has to get. A
     * watcher that is behind gets one for several requests.
     */
    void requestProgress();

    /** The latest revision applied locally: {@code range(… .at(revision()))} asks nobody, and may lag behind etcd. */
    long revision();

    /** The oldest revision that a range can be read at, and a watch can begin from. */
    long compactedRevision();

    /** Whether other servers may be at work on the same data. */
    boolean isShared();

    /** Subscribed watchers, for metrics. */
    int watchers();

    /** Stops after the commits that have been accepted; watchers complete. */
    @Override
    void close();
}

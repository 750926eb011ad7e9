package io.lembos.apiserver.registry;

import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.store.Commit;
import io.lembos.apiserver.store.CommitResult;
import io.lembos.apiserver.store.Op;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.store.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The registry's way into the store: writes, with the lifetime that a kind's objects have. Stateless. */
final class Commits {
    /** How long an Event is kept; kube-apiserver's default. */
    private static final Duration EVENT_TTL = Duration.ofHours(1);

    private final Store store;

    Commits(Store store) {
        this.store = store;
    }

    CommitResult commit(Commit commit) {
        return store.commit(commit);
    }

    boolean exists(String key) {
        try {
            return store.get(key).isPresent();
        } catch (StoreUnavailableException e) {
            throw ObjectReader.unavailable(e);
        }
    }

    /** Runs what reads the store by itself; a store that cannot be reached is answered as for every other read. */
    static <T> T reading(Supplier<T> read) {
        try {
            return read.get();
        } catch (StoreUnavailableException e) {
            throw ObjectReader.unavailable(e);
        }
    }

    /** The object's own write and what goes with it. */
    static Commit together(Op own, List<Op> others) {
        List<Op> all = new ArrayList<>(others.size() + 1);
        all.add(own);
        all.addAll(others);
        return new Commit(all);
    }

    Op.Put expiring(Kind kind, Op.Put put) {
        return kind.kind().equals("Event") ? put.expiringAfter(EVENT_TTL) : put;
    }

    static ApiError unknown(CommitResult.Unknown unknown) {
        return ApiError.of(
                Reason.Timeout,
                "the store did not answer in time; the request may or may not have been carried out: "
                        + unknown.cause().getMessage());
    }

    static ApiError unavailable(CommitResult.Unavailable unavailable) {
        return ApiError.of(
                Reason.ServiceUnavailable,
                "the store cannot be written: " + unavailable.cause().getMessage());
    }
}

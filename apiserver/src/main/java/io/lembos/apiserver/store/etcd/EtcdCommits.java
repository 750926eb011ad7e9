package io.lembos.apiserver.store.etcd;

import static io.lembos.apiserver.store.etcd.EtcdConnection.bytes;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Txn;
import io.etcd.jetcd.common.exception.EtcdException;
import io.etcd.jetcd.kv.DeleteResponse;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.lembos.apiserver.store.Commit;
import io.lembos.apiserver.store.CommitResult;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Op;
import io.lembos.apiserver.store.StoreUnavailableException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Commits as etcd transactions that compare modification revisions.
 *
 * <p>An answer from etcd is definite. A refusal before the request left, or a rule of etcd's, is {@code Unavailable}.
 * Anything else (deadline, broken connection) is first {@code Unknown}; {@link CommitSearch} then looks for the commit in
 * the changes that were made since, and makes it definite if that can be proved. Holds no state.
 */
final class EtcdCommits {
    private final EtcdConnection connection;
    private final EtcdListing listing;
    private final LeasePool leases;
    private final CaughtUpCache caughtUp;
    private final CommitSearch search;

    EtcdCommits(
            EtcdConnection connection,
            EtcdListing listing,
            LeasePool leases,
            CaughtUpCache caughtUp,
            CommitSearch search) {
        this.connection = connection;
        this.listing = listing;
        this.leases = leases;
        this.caughtUp = caughtUp;
        this.search = search;
    }

    CommitResult commit(Commit commit) {
        long before = caughtUp.cache().revision();
        Txn transaction;
        try {
            transaction = transaction(commit);
        } catch (StoreUnavailableException e) {
            return new CommitResult.Unavailable(e);
        }
        try {
            TxnResponse response = connection.await(transaction.commit());
            return response.isSucceeded() ? committed(commit, response) : conflict(commit, response);
        } catch (ExecutionException e) {
            return failed(commit, before, e.getCause());
        } catch (TimeoutException e) {
            return search.resolve(commit, before, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new CommitResult.Unknown(e);
        }
    }

    private CommitResult failed(Commit commit, long before, Throwable cause) {
        if (EtcdConnection.isUnsent(cause) || isRefusal(cause)) {
            leases.forget();
            return new CommitResult.Unavailable(cause);
        }
        return search.resolve(commit, before, cause);
    }

    /** Errors that a member gives instead of proposing the request. */
    private static boolean isRefusal(Throwable cause) {
        return cause instanceof EtcdException refused
                && switch (refused.getErrorCode()) {
                    case INVALID_ARGUMENT,
                            NOT_FOUND,
                            PERMISSION_DENIED,
                            UNAUTHENTICATED,
                            RESOURCE_EXHAUSTED,
                            FAILED_PRECONDITION,
                            OUT_OF_RANGE -> true;
                    default -> false;
                };
    }

    private CommitResult committed(Commit commit, TxnResponse response) {
        long revision = response.getHeader().getRevision();
        long deleted = response.getDeleteResponses().stream()
                .mapToLong(DeleteResponse::getDeleted)
                .sum();
        if (response.getPutResponses().isEmpty() && deleted == 0) {
            return new CommitResult.Committed(caughtUp.cache().revision(), List.of());
        }
        try {
            caughtUp.awaitRevision(revision);
            return search.committed(commit, revision);
        } catch (StoreUnavailableException e) {
            return new CommitResult.Unknown(e);
        }
    }

    private CommitResult conflict(Commit commit, TxnResponse response) {
        List<Op> conditional = conditional(commit);
        List<GetResponse> states = response.getGetResponses();
        for (int i = 0; i < conditional.size(); i++) {
            Op op = conditional.get(i);
            Optional<KeyValue> kv = states.get(i).getKvs().stream().findFirst();
            long actual = kv.map(KeyValue::getModRevision).orElse(Op.ABSENT);
            if (actual != op.expected().orElseThrow()) {
                return new CommitResult.Conflict(op.key(), kv.map(this::shared));
            }
        }
        throw new IllegalStateException("etcd refused a transaction whose conditions hold: " + commit);
    }

    /** The cache's own entry if it is the same, so that its view is used. */
    private Entry shared(KeyValue kv) {
        return caughtUp.cache()
                .image()
                .get(kv.getKey().toString())
                .filter(entry -> entry.modRevision() == kv.getModRevision())
                .orElseGet(() -> listing.entry(kv));
    }

    private Txn transaction(Commit commit) {
        List<Op> conditional = conditional(commit);
        return connection
                .kv()
                .txn()
                .If(conditional.stream().map(EtcdCommits::condition).toArray(Cmp[]::new))
                .Then(commit.ops().stream().map(this::operation).toArray(io.etcd.jetcd.op.Op[]::new))
                .Else(conditional.stream()
                        .map(op -> io.etcd.jetcd.op.Op.get(bytes(op.key()), GetOption.DEFAULT))
                        .toArray(io.etcd.jetcd.op.Op[]::new));
    }

    private static List<Op> conditional(Commit commit) {
        return commit.ops().stream().filter(op -> op.expected().isPresent()).toList();
    }

    private static Cmp condition(Op op) {
        return new Cmp(
                bytes(op.key()),
                Cmp.Op.EQUAL,
                CmpTarget.modRevision(op.expected().orElseThrow()));
    }

    private io.etcd.jetcd.op.Op operation(Op op) {
        return switch (op) {
            case Op.Put put ->
                io.etcd.jetcd.op.Op.put(bytes(put.key()), ByteSequence.from(put.value()), putOption(put));
            case Op.Delete delete -> io.etcd.jetcd.op.Op.delete(bytes(delete.key()), DeleteOption.DEFAULT);
        };
    }

    private PutOption putOption(Op.Put put) {
        return put.ttl()
                .map(ttl -> PutOption.builder().withLeaseId(leases.lease(ttl)).build())
                .orElse(PutOption.DEFAULT);
    }
}

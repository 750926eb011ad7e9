package io.lembos.apiserver.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.apiserver.store.Commit;
import io.lembos.apiserver.store.CommitResult;
import io.lembos.apiserver.store.Materializer;
import io.lembos.apiserver.store.Op;
import io.lembos.apiserver.store.StoreUnavailableException;
import io.lembos.apiserver.store.cache.CacheLimits;
import io.lembos.apiserver.store.cache.Image;
import io.lembos.apiserver.store.cache.Image.Write;
import io.lembos.apiserver.store.cache.WatchCache;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What can be proved about a commit whose answer was lost, from the changes that were made since. */
class CommitSearchTest {
    private static final String KEY = "/registry/pods/a/1";
    private static final byte[] OURS = {1};
    private static final byte[] THEIRS = {2};
    private static final Throwable LOST = new IllegalStateException("answer lost");

    private final WatchCache cache = new WatchCache(Image.empty(10), CacheLimits.defaults(), Runnable::run);
    private final CommitSearch search = new CommitSearch(cache, () -> {}, Materializer.identity());

    private long happened(Optional<byte[]> value) {
        cache.publish(List.of(
                cache.image().step(cache.revision() + 1, List.of(new Write(KEY, value)), Materializer.identity())));
        return cache.revision();
    }

    @Test
    void commitThatIsInTheHistoryIsCommittedEvenIfOverwrittenSince() {
        long ours = happened(Optional.of(OURS));
        happened(Optional.of(THEIRS));

        assertThat(search.resolve(Commit.of(Op.create(KEY, OURS)), 10, LOST))
                .isInstanceOfSatisfying(CommitResult.Committed.class, committed -> {
                    assertThat(committed.revision()).isEqualTo(ours);
                    assertThat(committed.entries()).hasSize(1);
                });
    }

    @Test
    void commitThatOthersHaveOvertakenCanNeverHappen() {
        long first = happened(Optional.of(THEIRS));
        happened(Optional.of(THEIRS));

        assertThat(search.resolve(Commit.of(Op.update(KEY, OURS, first)), first, LOST))
                .isInstanceOf(CommitResult.Conflict.class);
    }

    @Test
    void commitThatIsNotThereMayStillCome() {
        long first = happened(Optional.of(THEIRS));

        assertThat(search.resolve(Commit.of(Op.update(KEY, OURS, first)), first, LOST))
                .isEqualTo(new CommitResult.Unknown(LOST));
    }

    @Test
    void createThatFoundAnotherObjectMayStillComeAfterItsDeletion() {
        happened(Optional.of(THEIRS));

        assertThat(search.resolve(Commit.of(Op.create(KEY, OURS)), 10, LOST)).isInstanceOf(CommitResult.Unknown.class);
    }

    @Test
    void sameBytesOnAnotherRevisionAreNotThisCommit() {
        long first = happened(Optional.of(THEIRS));
        happened(Optional.of(THEIRS));
        happened(Optional.of(OURS));

        assertThat(search.resolve(Commit.of(Op.update(KEY, OURS, first)), first, LOST))
                .isInstanceOf(CommitResult.Conflict.class);
    }

    @Test
    void deletionIsFoundToo() {
        long first = happened(Optional.of(THEIRS));
        long deleted = happened(Optional.empty());

        assertThat(search.resolve(Commit.of(Op.delete(KEY, first)), first, LOST))
                .isEqualTo(new CommitResult.Committed(deleted, List.of()));
    }

    @Test
    void nothingIsProvedWhileEtcdDoesNotAnswer() {
        happened(Optional.of(OURS));
        CommitSearch blind = new CommitSearch(
                cache,
                () -> {
                    throw new StoreUnavailableException("etcd is lost");
                },
                Materializer.identity());

        assertThat(blind.resolve(Commit.of(Op.create(KEY, OURS)), 10, LOST)).isInstanceOf(CommitResult.Unknown.class);
    }
}

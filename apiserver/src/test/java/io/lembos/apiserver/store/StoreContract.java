package io.lembos.apiserver.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lembos.apiserver.store.CommitResult.Committed;
import io.lembos.apiserver.store.CommitResult.Conflict;
import io.lembos.apiserver.store.RangeResult.Page;
import io.lembos.apiserver.store.cache.CacheLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The specification of a {@link Store}. An engine's test says how to open it; everything else is the law of all. */
public abstract class StoreContract {
    protected static final String PODS = "/registry/pods/";
    protected static final CacheLimits LIMITS = new CacheLimits(40, 20);
    /** Appends the revision, as the API server splices it in; replaces one that is there. */
    protected static final Materializer WITH_REVISION =
            (key, value, revision) -> (new String(value, UTF_8).split("@")[0] + "@" + revision).getBytes(UTF_8);

    protected Store store;

    /** A store on the engine's data as it is; the first one of a test finds it empty. */
    protected abstract Store open();

    /** Makes the engine's time pass by at least this much. */
    protected abstract void pass(Duration time);

    /** Closes the store and opens another on the same data. */
    protected void reopen() {
        store.close();
        store = open();
    }

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    // --- commit -----------------------------------------------------------------------------------------------------

    @Test
    void createdEntryIsReadBackWithItsRevision() {
        long before = store.revision();

        Committed created = create("a/1", "one");

        assertThat(created.revision()).isGreaterThan(before);
        Entry entry = store.get(PODS + "a/1").orElseThrow();
        assertThat(text(entry)).isEqualTo("one@" + created.revision());
        assertThat(entry.createRevision()).isEqualTo(created.revision());
        assertThat(entry.modRevision()).isEqualTo(created.revision());
        assertThat(created.entries()).singleElement().isSameAs(entry);
    }

    @Test
    void createOfAnExistingKeyConflictsAndChangesNothing() {
        Committed created = create("a/1", "one");

        CommitResult second = store.commit(Commit.of(Op.create(PODS + "a/1", bytes("two"))));

        assertThat(second).isInstanceOfSatisfying(Conflict.class, conflict -> {
            assertThat(conflict.key()).isEqualTo(PODS + "a/1");
            assertThat(text(conflict.current().orElseThrow())).isEqualTo("one@" + created.revision());
        });
        assertThat(text(store.get(PODS + "a/1").orElseThrow())).isEqualTo("one@" + created.revision());
    }

    @Test
    void updateNeedsTheLastRevision() {
        long first = create("a/1", "one").revision();
        long second = committed(Op.update(PODS + "a/1", bytes("two"), first)).revision();

        CommitResult stale = store.commit(Commit.of(Op.update(PODS + "a/1", bytes("three"), first)));

        assertThat(stale).isInstanceOf(Conflict.class);
        Entry entry = store.get(PODS + "a/1").orElseThrow();
        assertThat(text(entry)).isEqualTo("two@" + second);
        assertThat(entry.createRevision()).isEqualTo(first);
        assertThat(entry.modRevision()).isEqualTo(second);
    }

    @Test
    void updateOrDeleteOfAMissingKeyConflictsWithoutAnEntry() {
        for (Op op : List.of(Op.update(PODS + "a/1", bytes("x"), 7), Op.delete(PODS + "a/1", 7))) {
            assertThat(store.commit(Commit.of(op)))
                    .isInstanceOfSatisfying(
                            Conflict.class, c -> assertThat(c.current()).isEmpty());
        }
    }

    @Test
    void deleteRemovesAndACreateBeginsANewLife() {
        long first = create("a/1", "one").revision();
        long deleted = committed(Op.delete(PODS + "a/1", first)).revision();
        assertThat(store.get(PODS + "a/1")).isEmpty();

        Committed again = create("a/1", "two");

        assertThat(deleted).isGreaterThan(first);
        assertThat(again.entries().getFirst().createRevision()).isEqualTo(again.revision());
    }

    @Test
    void deleteOfAMissingKeyWithoutConditionChangesNothing() {
        long before = create("a/1", "one").revision();

        Committed nothing = committed(Op.delete(PODS + "a/none"));

        assertThat(nothing.entries()).isEmpty();
        assertThat(store.revision()).isEqualTo(before);
    }

    @Test
    void commitIsAllOrNothingAtOneRevision() {
        Committed both = committed(Op.create(PODS + "a/1", bytes("1")), Op.create(PODS + "a/2", bytes("2")));

        CommitResult half = store.commit(
                Commit.of(Op.put(PODS + "a/3", bytes("3")), Op.update(PODS + "a/1", bytes("x"), both.revision() + 5)));

        assertThat(both.entries()).extracting(Entry::modRevision).containsOnly(both.revision());
        assertThat(half).isInstanceOf(Conflict.class);
        assertThat(keys(page(Range.of(PODS)))).containsExactly(PODS + "a/1", PODS + "a/2");
        assertThat(store.revision()).isEqualTo(both.revision());
    }

    @Test
    void oneOfManyConcurrentUpdatesOfARevisionWins() throws Exception {
        long revision = create("a/1", "0").revision();
        List<CommitResult> results =
                concurrently(16, i -> store.commit(Commit.of(Op.update(PODS + "a/1", bytes("by " + i), revision))));

        assertThat(results).filteredOn(Committed.class::isInstance).hasSize(1);
        assertThat(results).filteredOn(Conflict.class::isInstance).hasSize(15);
    }

    @Test
    void concurrentCommitsGetRevisionsOfTheirOwn() throws Exception {
        Set<Long> revisions = ConcurrentHashMap.newKeySet();
        concurrently(30, i -> revisions.add(create("a/" + i, "x").revision()));

        assertThat(revisions).hasSize(30);
        assertThat(page(Range.of(PODS)).entries()).hasSize(30);
    }

    @Test
    void keysAndCommitsThatNoEngineCouldKeepAreRefused() {
        assertThatThrownBy(() -> Op.delete("/registry/a b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Op.delete("/registry/é")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Commit.of(Op.delete("/a"), Op.put("/a", bytes("x"))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Commit(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Op.put("/a", bytes("x")).expiringAfter(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // --- range ------------------------------------------------------------------------------------------------------

    @Test
    void rangeIsOrderedAndEndsWithItsPrefix() {
        create("b/1", "x");
        create("a/2", "x");
        create("a/1", "x");
        committed(Op.put("/registry/podsets/z", bytes("x")), Op.put("/registry/nodes/n", bytes("x")));

        assertThat(keys(page(Range.of(PODS)))).containsExactly(PODS + "a/1", PODS + "a/2", PODS + "b/1");
        assertThat(keys(page(Range.of(PODS + "a/")))).containsExactly(PODS + "a/1", PODS + "a/2");
        assertThat(page(Range.of("/registry/none/")).entries()).isEmpty();
    }

    @Test
    void pagesOfOneRevisionAreUntouchedByLaterCommits() {
        for (int i = 0; i < 5; i++) {
            create("a/" + i, "old");
        }
        Page first = page(Range.of(PODS).limitedTo(2));
        committed(Op.put(PODS + "a/3", bytes("new")), Op.delete(PODS + "a/4"), Op.put(PODS + "a/5", bytes("new")));

        Page second = page(Range.of(PODS).limitedTo(2).after(PODS + "a/1").at(first.revision()));
        Page third = page(Range.of(PODS).limitedTo(2).after(PODS + "a/3").at(first.revision()));

        assertThat(first.remaining()).isEqualTo(3);
        assertThat(first.hasMore()).isTrue();
        assertThat(keys(second)).containsExactly(PODS + "a/2", PODS + "a/3");
        assertThat(second.remaining()).isEqualTo(1);
        assertThat(second.revision()).isEqualTo(first.revision());
        assertThat(text(second.entries().get(1))).startsWith("old");
        assertThat(keys(third)).containsExactly(PODS + "a/4");
        assertThat(third.hasMore()).isFalse();
    }

    @Test
    void futureRevisionIsRefused() {
        long latest = create("a/1", "x").revision();

        assertThat(store.range(Range.of(PODS).at(latest + 1_000)))
                .isInstanceOfSatisfying(
                        RangeResult.FutureRevision.class,
                        // On etcd a reader that waits for the follower may move the revision by itself.
                        future -> assertThat(future.current()).isBetween(latest, latest + 999));
    }

    @Test
    void compactedRevisionIsRefusedWithTheOldest() {
        long old = create("a/1", "x").revision();
        overwrite("a/1", LIMITS.historyCommitsMax() + 10);

        assertThat(store.compactedRevision()).isGreaterThan(old);
        assertThat(store.range(Range.of(PODS).at(old)))
                .isInstanceOfSatisfying(
                        RangeResult.Compacted.class,
                        compacted -> assertThat(compacted.oldest()).isEqualTo(store.compactedRevision()));
        assertThat(page(Range.of(PODS).at(store.compactedRevision())).entries()).hasSize(1);
    }

    @Test
    void entryIsSharedAndKeepsItsView() {
        create("a/1", "one");
        Entry one = store.get(PODS + "a/1").orElseThrow();
        Object view = one.view(e -> new Object());

        Entry again = page(Range.of(PODS)).entries().getFirst();

        assertThat(again.bytes()).isSameAs(one.bytes());
        assertThat(again.<Object>view(e -> new Object())).isSameAs(view);
    }

    // --- watch ------------------------------------------------------------------------------------------------------

    @Test
    void watchTellsCreateUpdateDeleteWithPrevious() {
        long from = store.revision();
        try (RecordingSubscriber watch = RecordingSubscriber.of(store.watch(PODS, from))) {
            long created = create("a/1", "one").revision();
            long updated =
                    committed(Op.update(PODS + "a/1", bytes("two"), created)).revision();
            long deleted = committed(Op.delete(PODS + "a/1", updated)).revision();

            List<StoreEvent> events = watch.await(3);

            assertThat(events).extracting(StoreEvent::revision).containsExactly(created, updated, deleted);
            assertThat(events.get(0)).isInstanceOf(StoreEvent.Created.class);
            assertThat(events.get(1)).isInstanceOfSatisfying(StoreEvent.Updated.class, update -> {
                assertThat(text(update.entry())).isEqualTo("two@" + updated);
                assertThat(text(update.previous())).isEqualTo("one@" + created);
            });
            assertThat(events.get(2)).isInstanceOfSatisfying(StoreEvent.Deleted.class, delete -> {
                assertThat(text(delete.entry())).isEqualTo("two@" + deleted);
                assertThat(text(delete.previous())).isEqualTo("two@" + updated);
            });
        }
    }

    @Test
    void watchFromAPagesRevisionContinuesIt() {
        create("a/1", "x");
        Page page = page(Range.of(PODS));
        long second = create("a/2", "x").revision();
        try (RecordingSubscriber watch = RecordingSubscriber.of(store.watch(PODS, page.revision()))) {
            long third = create("a/3", "x").revision();

            assertThat(watch.await(2)).extracting(StoreEvent::revision).containsExactly(second, third);
        }
    }

    @Test
    void watchSeesItsPrefixOrItsVeryKeyOnly() {
        long from = store.revision();
        try (RecordingSubscriber namespace = RecordingSubscriber.of(store.watch(PODS + "a/", from));
                RecordingSubscriber key = RecordingSubscriber.of(store.watch(PODS + "a/1", from))) {
            committed(Op.put("/registry/podsets/z", bytes("x")));
            create("b/1", "x");
            create("a/11", "x");
            long wanted = create("a/1", "x").revision();

            assertThat(namespace.awaitRevision(wanted))
                    .extracting(e -> ((StoreEvent.Change) e).entry().key())
                    .containsExactly(PODS + "a/11", PODS + "a/1");
            assertThat(key.awaitRevision(wanted)).hasSize(1);
        }
    }

    @Test
    void everyWatcherSeesEveryCommitOnceInOrder() throws Exception {
        List<RecordingSubscriber> watchers = new ArrayList<>();
        long from = store.revision();
        IntStream.range(0, 10).forEach(i -> watchers.add(RecordingSubscriber.of(store.watch(PODS, from))));

        List<Long> revisions = concurrently(15, i -> create("a/" + i, "x").revision());

        long last = revisions.stream().mapToLong(Long::longValue).max().orElseThrow();
        for (RecordingSubscriber watcher : watchers) {
            assertThat(watcher.awaitRevision(last))
                    .extracting(StoreEvent::revision)
                    .containsExactlyElementsOf(revisions.stream().sorted().toList());
            watcher.close();
        }
        assertThat(store.watchers()).isZero();
    }

    @Test
    void watchFromACompactedRevisionFails() {
        long old = create("a/1", "x").revision();
        overwrite("a/1", LIMITS.historyCommitsMax() + 10);

        assertThat(RecordingSubscriber.of(store.watch(PODS, old)).awaitFailure())
                .isInstanceOf(CompactedException.class);
    }

    @Test
    void slowWatcherIsClosedAndTheOthersAreNot() {
        long from = store.revision();
        RecordingSubscriber slow = RecordingSubscriber.of(store.watch(PODS, from), 1);
        try (RecordingSubscriber fast = RecordingSubscriber.of(store.watch(PODS, from))) {
            int commits = LIMITS.watchBufferEventsMax() + 5;
            overwrite("a/1", commits);

            assertThat(slow.awaitFailure()).isInstanceOf(WatchOverflowException.class);
            assertThat(slow.events()).hasSize(1);
            assertThat(fast.await(commits)).hasSize(commits);
        }
    }

    @Test
    void watcherGetsNoMoreThanItAsksFor() {
        long from = store.revision();
        try (RecordingSubscriber watch = RecordingSubscriber.of(store.watch(PODS, from), 2)) {
            overwrite("a/1", 5);
            assertThat(watch.await(2)).hasSize(2);

            watch.request(3);

            assertThat(watch.await(5))
                    .extracting(StoreEvent::revision)
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void progressComesBehindTheEventsOfItsRevision() {
        long from = store.revision();
        try (RecordingSubscriber idle = RecordingSubscriber.of(store.watch("/registry/nodes/", from));
                RecordingSubscriber busy = RecordingSubscriber.of(store.watch(PODS, from))) {
            long last = create("a/1", "x").revision();

            store.requestProgress();

            assertThat(idle.await(1)).containsExactly(new StoreEvent.Progress(last));
            assertThat(busy.await(2).get(0)).isInstanceOf(StoreEvent.Created.class);
            assertThat(busy.await(2).get(1)).isEqualTo(new StoreEvent.Progress(last));
        }
    }

    @Test
    void closeCompletesTheWatchers() {
        RecordingSubscriber watch = RecordingSubscriber.of(store.watch(PODS, store.revision()));

        store.close();

        watch.awaitCompletion();
    }

    // --- expiry and restart -----------------------------------------------------------------------------------------

    @Test
    void expiringKeyIsDeletedAfterItsTimeAndWatchersAreTold() {
        long from = store.revision();
        try (RecordingSubscriber watch = RecordingSubscriber.of(store.watch("/registry/events/", from))) {
            committed(Op.create("/registry/events/e", bytes("x")).expiringAfter(Duration.ofSeconds(2)));
            assertThat(store.get("/registry/events/e")).isPresent();

            pass(Duration.ofSeconds(3));

            assertThat(watch.await(2).get(1)).isInstanceOf(StoreEvent.Deleted.class);
            assertThat(store.get("/registry/events/e")).isEmpty();
        }
    }

    @Test
    void writeWithoutTtlEndsTheExpiry() {
        long from = store.revision();
        try (RecordingSubscriber watch = RecordingSubscriber.of(store.watch("/registry/events/", from))) {
            committed(Op.create("/registry/events/kept", bytes("x")).expiringAfter(Duration.ofSeconds(2)));
            committed(Op.create("/registry/events/gone", bytes("x")).expiringAfter(Duration.ofSeconds(3)));
            committed(Op.put("/registry/events/kept", bytes("y")));

            pass(Duration.ofSeconds(4));

            assertThat(watch.await(4).get(3))
                    .isInstanceOfSatisfying(
                            StoreEvent.Deleted.class,
                            deleted -> assertThat(deleted.entry().key()).isEqualTo("/registry/events/gone"));
            assertThat(store.get("/registry/events/kept")).isPresent();
        }
    }

    @Test
    void everythingIsThereAfterReopening() {
        create("a/1", "one");
        long updated = committed(Op.put(PODS + "a/1", bytes("two"))).revision();
        create("a/2", "x");
        committed(Op.delete(PODS + "a/2"));

        reopen();

        Entry entry = store.get(PODS + "a/1").orElseThrow();
        assertThat(text(entry)).isEqualTo("two@" + updated);
        assertThat(entry.createRevision()).isLessThan(updated);
        assertThat(page(Range.of(PODS)).entries()).hasSize(1);
        assertThat(create("a/3", "x").revision()).isGreaterThan(updated + 2);
    }

    @Test
    void createRevisionOutlivesCompactionAndReopening() {
        long created = create("a/1", "one").revision();
        overwrite("a/1", 3 * LIMITS.historyCommitsMax());

        reopen();

        assertThat(store.get(PODS + "a/1").orElseThrow().createRevision()).isEqualTo(created);
    }

    // --- for the laws above -----------------------------------------------------------------------------------------

    protected Committed create(String name, String value) {
        return committed(Op.create(PODS + name, bytes(value)));
    }

    protected Committed committed(Op... ops) {
        CommitResult result = store.commit(Commit.of(ops));
        assertThat(result).isInstanceOf(Committed.class);
        return (Committed) result;
    }

    protected void overwrite(String name, int times) {
        for (int i = 0; i < times; i++) {
            committed(Op.put(PODS + name, bytes("value " + i)));
        }
    }

    protected Page page(Range range) {
        RangeResult result = store.range(range);
        assertThat(result).isInstanceOf(Page.class);
        return (Page) result;
    }

    protected static List<String> keys(Page page) {
        return page.entries().stream().map(Entry::key).toList();
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    protected static String text(Entry entry) {
        return new String(entry.bytes(), UTF_8);
    }

    /** A step done by many threads at once. */
    protected interface Action<T> {
        T run(int index) throws Exception;
    }

    protected static <T> List<T> concurrently(int threads, Action<T> action) throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int index = i;
                futures.add(executor.submit(() -> action.run(index)));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }
}

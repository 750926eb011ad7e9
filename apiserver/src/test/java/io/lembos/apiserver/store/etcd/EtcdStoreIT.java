package io.lembos.apiserver.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcd.jetcd.Client;
import io.lembos.apiserver.store.Commit;
import io.lembos.apiserver.store.CommitResult;
import io.lembos.apiserver.store.CompactedException;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Materializer;
import io.lembos.apiserver.store.Op;
import io.lembos.apiserver.store.Range;
import io.lembos.apiserver.store.RangeResult;
import io.lembos.apiserver.store.RecordingSubscriber;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.store.StoreEvent;
import io.lembos.apiserver.store.StoreUnavailableException;
import io.lembos.apiserver.store.cache.CacheLimits;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real etcd, and what happens when that etcd is killed, compacted, or written to by others. */
class EtcdStoreIT extends EtcdStoreContract {
    @TempDir
    private static Path temp;

    private static EtcdServer etcd;

    @BeforeAll
    static void startEtcd() {
        etcd = EtcdServer.start(temp);
    }

    @AfterAll
    static void stopEtcd() {
        etcd.close();
    }

    @Override
    protected URI endpoint() {
        return etcd.endpoint();
    }

    @Test
    void anotherServersCommitIsSeenByTheNextRead() {
        try (Store other = open()) {
            for (int i = 0; i < 20; i++) {
                create("a/" + i, "x");
                assertThat(other.get(PODS + "a/" + i)).isPresent();
                assertThat(((RangeResult.Page) other.range(Range.of(PODS))).entries())
                        .hasSize(i + 1);
            }
        }
    }

    @Test
    void readsKeepUpWhenTheRevisionMovesOutsideOfThePrefix() {
        create("a/1", "x");
        try (Client client = client()) {
            long revision = put(client, "/elsewhere", "x");

            assertThat(store.get(PODS + "a/1")).isPresent();

            assertThat(store.revision()).isGreaterThanOrEqualTo(revision);
            assertThat(keys(page(Range.of("/registry/")))).containsExactly(PODS + "a/1");
        }
    }

    @Test
    void valuesAreStoredAsTheyWereGiven() {
        create("a/1", "plain");
        try (Client client = client()) {
            var stored = client.getKVClient().get(bytesOf(PODS + "a/1")).join();

            assertThat(stored.getKvs().getFirst().getValue()).hasToString("plain");
        }
    }

    @Test
    void nothingAcknowledgedIsLostAndNoEventIsMissedOrRepeatedWhenEtcdIsKilled() throws Exception {
        ConcurrentSkipListMap<Long, String> acknowledged = new ConcurrentSkipListMap<>();
        Queue<String> refused = new ConcurrentLinkedQueue<>();
        List<CommitResult> impossible = new CopyOnWriteArrayList<>();
        AtomicBoolean stop = new AtomicBoolean();
        try (Store large = EtcdStore.open(config().with(new CacheLimits(100_000, 100_000)), WITH_REVISION, timer);
                RecordingSubscriber watch = RecordingSubscriber.of(large.watch(PODS, large.revision()))) {
            List<Thread> writers = new ArrayList<>();
            for (int w = 0; w < 8; w++) {
                String name = PODS + "w" + w + "/";
                writers.add(Thread.ofVirtual()
                        .start(() -> createKeys(name, stop, key -> {
                            switch (large.commit(Commit.of(Op.create(key, bytes("value of " + key))))) {
                                case CommitResult.Committed done -> acknowledged.put(done.revision(), key);
                                case CommitResult.Unavailable unavailable -> refused.add(key);
                                case CommitResult.Conflict conflict -> impossible.add(conflict);
                                case CommitResult.Unknown unknown -> {}
                            }
                        })));
            }
            for (int round = 1; round <= 3; round++) {
                int wanted = acknowledged.size() + 100;
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> acknowledged.size() >= wanted);
                etcd.kill();
                etcd.start();
            }
            int wanted = acknowledged.size() + 100;
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> acknowledged.size() >= wanted);
            stop.set(true);
            for (Thread writer : writers) {
                writer.join();
            }

            RangeResult.Page everything = (RangeResult.Page) large.range(Range.of(PODS));
            Map<String, Long> present =
                    everything.entries().stream().collect(Collectors.toMap(Entry::key, Entry::modRevision));
            acknowledged.forEach((revision, key) -> assertThat(present).containsEntry(key, revision));
            assertThat(impossible).as("nobody else creates these keys").isEmpty();
            assertThat(refused.stream().filter(present::containsKey))
                    .as("answered Unavailable")
                    .isEmpty();
            long last = large.revision();
            List<StoreEvent> events = watch.awaitRevision(last);
            assertThat(events).extracting(StoreEvent::revision).isSorted().doesNotHaveDuplicates();
            assertThat(events)
                    .extracting(event -> ((StoreEvent.Change) event).entry().key())
                    .containsExactlyInAnyOrderElementsOf(keys((RangeResult.Page) large.range(Range.of(PODS))));
        }
    }

    private static void createKeys(String prefix, AtomicBoolean stop, Consumer<String> create) {
        for (int i = 0; !stop.get(); i++) {
            create.accept(prefix + i);
        }
    }

    @Test
    void whileEtcdIsLostNothingIsAnsweredAndAfterwardsEverythingIs() {
        create("a/1", "x");
        long known = store.revision();
        try (RecordingSubscriber watch = RecordingSubscriber.of(store.watch(PODS, known))) {
            etcd.kill();
            try {
                assertThat(store.commit(Commit.of(Op.create(PODS + "a/2", bytes("x")))))
                        .isInstanceOfAny(CommitResult.Unavailable.class, CommitResult.Unknown.class);
                assertThatThrownBy(() -> store.get(PODS + "a/1")).isInstanceOf(StoreUnavailableException.class);
                assertThatThrownBy(() -> store.range(Range.of(PODS))).isInstanceOf(StoreUnavailableException.class);
                assertThat(page(Range.of(PODS).at(known)).entries()).hasSize(1);
            } finally {
                etcd.start();
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> store.commit(Commit.of(Op.put(PODS + "a/3", bytes("x"))))
                            instanceof CommitResult.Committed);

            assertThat(watch.awaitRevision(store.get(PODS + "a/3").orElseThrow().modRevision()))
                    .isNotEmpty();
        }
    }

    @Test
    void compactionWhileTheConnectionIsLostMakesWatchersListAgain() {
        create("a/1", "x");
        RecordingSubscriber watch = RecordingSubscriber.of(store.watch(PODS, store.revision()));
        etcd.kill();
        // The second server is on the same data at another address, so that the store cannot follow it meanwhile.
        try (EtcdServer hidden = EtcdServer.startHidden(etcd);
                Client client = Client.builder().endpoints(hidden.endpoint()).build()) {
            put(client, PODS + "a/2", "x");
            long revision = put(client, PODS + "a/3", "x");
            client.getKVClient().compact(revision).join();
        }
        etcd.start();

        assertThat(watch.awaitFailure()).isInstanceOf(CompactedException.class);
        assertThat(keys(page(Range.of(PODS)))).containsExactly(PODS + "a/1", PODS + "a/2", PODS + "a/3");
        create("a/4", "x");
    }

    @Test
    void tlsWithClientCertificateIsSpokenAndRequired(@TempDir Path directory) throws Exception {
        TlsFiles files = TlsFiles.create(directory);
        EtcdConfig.Tls client = files.issue("client");
        EtcdConfig.Tls stranger = TlsFiles.create(Files.createDirectory(directory.resolve("stranger")))
                .issue("client");
        try (EtcdServer secured = EtcdServer.start(directory, files.issue("server"))) {
            EtcdConfig config = EtcdConfig.of(secured.endpoint()).with(Duration.ofSeconds(2));
            try (Store over = EtcdStore.open(config.with(client), Materializer.identity(), timer)) {
                assertThat(over.commit(Commit.of(Op.create(PODS + "a/1", bytes("x")))))
                        .isInstanceOf(CommitResult.Committed.class);
            }
            EtcdConfig.Tls wrong = new EtcdConfig.Tls(client.ca(), stranger.certificate(), stranger.key());
            assertThatThrownBy(() -> EtcdStore.open(config.with(wrong), Materializer.identity(), timer))
                    .isInstanceOf(StoreUnavailableException.class);
        }
    }

    @Test
    void openingWithoutEtcdFailsWithAClearWord() {
        EtcdConfig nowhere = EtcdConfig.of(URI.create("http://127.0.0.1:" + EtcdServer.freePort()))
                .with(Duration.ofSeconds(1));

        assertThatThrownBy(() -> EtcdStore.open(nowhere, Materializer.identity(), timer))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("etcd does not answer");
    }

    private static long put(Client client, String key, String value) {
        return client.getKVClient()
                .put(bytesOf(key), bytesOf(value))
                .join()
                .getHeader()
                .getRevision();
    }
}

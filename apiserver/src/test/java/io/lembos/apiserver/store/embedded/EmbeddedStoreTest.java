package io.lembos.apiserver.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lembos.apiserver.store.Commit;
import io.lembos.apiserver.store.CommitResult;
import io.lembos.apiserver.store.FakeStoreTimer;
import io.lembos.apiserver.store.Op;
import io.lembos.apiserver.store.Range;
import io.lembos.apiserver.store.RecordingSubscriber;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.store.StoreContract;
import io.lembos.apiserver.store.StoreCorruptedException;
import io.lembos.apiserver.store.StoreEvent;
import io.lembos.apiserver.store.StoreUnavailableException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on SQLite, and what only this engine promises: file modes, exclusive use, bounded size. */
class EmbeddedStoreTest extends StoreContract {
    @TempDir
    private Path temp;

    private final FakeStoreTimer timer = new FakeStoreTimer();

    @Override
    protected Store open() {
        return EmbeddedStore.open(config(), WITH_REVISION, timer);
    }

    @Override
    protected void pass(Duration time) {
        timer.advance(time);
    }

    private EmbeddedConfig config() {
        return EmbeddedConfig.in(temp.resolve("data")).with(LIMITS);
    }

    private Path file() {
        return config().file();
    }

    @Test
    void directoryAndFilesAreTheOwnersOnly() throws IOException {
        create("a/1", "x");

        assertThat(mode(file().getParent())).isEqualTo("rwx------");
        assertThat(mode(file())).isEqualTo("rw-------");
        assertThat(mode(Path.of(file() + "-wal"))).isEqualTo("rw-------");
    }

    @Test
    void secondStoreOnTheSameFileIsRefused() {
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("in use");
        create("a/1", "still works");
    }

    @Test
    void watchResumesAcrossARestart() {
        long from = store.revision();
        create("a/1", "x");
        committed(Op.delete(PODS + "a/1"));
        reopen();

        try (RecordingSubscriber watch = RecordingSubscriber.of(store.watch(PODS, from))) {
            assertThat(watch.await(2).get(1)).isInstanceOf(StoreEvent.Deleted.class);
        }
    }

    @Test
    void pagesAtAnOldRevisionSurviveARestart() {
        create("a/1", "x");
        long revision = create("a/2", "x").revision();
        committed(Op.delete(PODS + "a/1"));

        reopen();

        assertThat(keys(page(Range.of(PODS).at(revision)))).containsExactly(PODS + "a/1", PODS + "a/2");
    }

    @Test
    void historyAfterARestartIsNotOlderThanWhatWasKept() {
        create("b/1", "x");
        overwrite("a/1", 5 * LIMITS.historyCommitsMax());
        long oldest = store.compactedRevision();

        reopen();

        assertThat(store.compactedRevision()).isGreaterThanOrEqualTo(oldest);
        assertThat(page(Range.of(PODS).at(store.compactedRevision())).entries()).hasSize(2);
    }

    @Test
    void expirySurvivesARestart() {
        committed(Op.create("/registry/events/e", bytes("x")).expiringAfter(Duration.ofHours(1)));
        reopen();
        try (RecordingSubscriber watch = RecordingSubscriber.of(store.watch("/registry/events/", store.revision()))) {
            timer.advance(Duration.ofMinutes(59));
            assertThat(store.get("/registry/events/e")).isPresent();

            timer.advance(Duration.ofMinutes(1));

            assertThat(watch.await(1).getFirst()).isInstanceOf(StoreEvent.Deleted.class);
        }
    }

    @Test
    void keysThatExpiredWhileTheStoreWasClosedGoAtOnce() {
        committed(Op.create("/registry/events/e", bytes("x")).expiringAfter(Duration.ofHours(1)));
        long from = store.revision();
        store.close();
        timer.advance(Duration.ofHours(2));
        store = open();

        try (RecordingSubscriber watch = RecordingSubscriber.of(store.watch("/registry/events/", from))) {
            assertThat(watch.await(1).getFirst()).isInstanceOf(StoreEvent.Deleted.class);
        }
    }

    @Test
    void fileStaysBoundedHoweverOftenAKeyIsWritten() throws Exception {
        byte[] value = new byte[20_000];
        for (int i = 0; i < 3_000; i++) {
            committed(Op.put(PODS + "a/1", value));
        }
        store.close();

        assertThat(Files.size(file())).isLessThan(10_000_000L);
        assertThat(rows()).isLessThan(LIMITS.historyCommitsMax() + 200);
        store = open();
    }

    @Test
    void fileShrinksAfterManyKeysAreGone() throws Exception {
        for (int i = 0; i < 600; i++) {
            committed(Op.put(PODS + "a/" + i, new byte[20_000]));
        }
        for (int i = 0; i < 600; i++) {
            committed(Op.delete(PODS + "a/" + i));
        }
        overwrite("b/1", 600);
        store.close();

        assertThat(Files.size(file())).isLessThan(6_000_000L);
        store = open();
    }

    @Test
    void writeAheadLogStaysBounded() throws IOException {
        byte[] value = new byte[100_000];
        for (int i = 0; i < 500; i++) {
            committed(Op.put(PODS + "a/" + i % 3, value));
        }

        assertThat(Files.size(Path.of(file() + "-wal"))).isLessThan(2 * 2_000 * 8_192L);
    }

    @Test
    void damagedRowStopsTheStoreWithAClearWord() throws Exception {
        create("a/1", "the quick brown fox");
        store.close();
        replaceInFile("quick", "quack");

        assertThatThrownBy(this::open)
                .isInstanceOf(StoreCorruptedException.class)
                .hasMessageContaining(PODS + "a/1")
                .hasMessageContaining(file().toString());

        replaceInFile("quack", "quick");
        store = open();
    }

    @Test
    void fileThatIsNoDatabaseStopsTheStoreWithAClearWord() throws Exception {
        store.close();
        byte[] good = Files.readAllBytes(file());
        Files.writeString(file(), "not a database, however long it may be ".repeat(1_000));

        assertThatThrownBy(this::open).isInstanceOf(StoreCorruptedException.class);

        Files.write(file(), good);
        store = open();
    }

    @Test
    void writerThatFailsTellsItsCallersAndAnswersNothingMore() {
        store.close();
        store = EmbeddedStore.open(config(), EmbeddedStoreTest::fragile, timer);
        create("a/1", "x");

        assertThat(store.commit(Commit.of(Op.put(PODS + "a/2", bytes("exception")))))
                .isInstanceOf(CommitResult.Unavailable.class);
        create("a/3", "goes on");
        assertThat(store.commit(Commit.of(Op.put(PODS + "a/4", bytes("error")))))
                .isInstanceOf(CommitResult.Unknown.class);

        assertThat(store.commit(Commit.of(Op.put(PODS + "a/5", bytes("x")))))
                .isInstanceOf(CommitResult.Unavailable.class);
        assertThatThrownBy(() -> store.get(PODS + "a/1"))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("writer has failed");
        reopen();
        assertThat(keys(page(Range.of(PODS)))).containsExactly(PODS + "a/1", PODS + "a/3");
    }

    private static byte[] fragile(String key, byte[] value, long revision) {
        switch (new String(value, StandardCharsets.UTF_8)) {
            case "exception" -> throw new IllegalStateException("for the test");
            case "error" -> throw new AssertionError("for the test");
            default -> {
                return value;
            }
        }
    }

    @Test
    void closedStoreRefusesCommitsAndReads() {
        store.close();

        assertThat(store.commit(Commit.of(Op.put(PODS + "a/1", bytes("x")))))
                .isInstanceOf(CommitResult.Unavailable.class);
        assertThatThrownBy(() -> store.get(PODS + "a/1")).isInstanceOf(StoreUnavailableException.class);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private long rows() throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                var result = connection.createStatement().executeQuery("SELECT count(*) FROM log")) {
            return result.getLong(1);
        }
    }

    private void replaceInFile(String from, String to) throws IOException {
        byte[] content = Files.readAllBytes(file());
        int at = new String(content, StandardCharsets.ISO_8859_1).indexOf(from);
        assertThat(at).isPositive();
        try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
            raw.seek(at);
            raw.write(bytes(to));
        }
    }
}

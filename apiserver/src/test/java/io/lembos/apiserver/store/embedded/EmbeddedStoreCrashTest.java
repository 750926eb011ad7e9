package io.lembos.apiserver.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.FakeStoreTimer;
import io.lembos.apiserver.store.Materializer;
import io.lembos.apiserver.store.Range;
import io.lembos.apiserver.store.RangeResult;
import io.lembos.apiserver.store.cache.CacheLimits;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a writing process with SIGKILL, after a random number of acknowledgements, again and again on the same data: no
 * acknowledged commit may be missing, none may be half there, and revisions go on growing.
 */
class EmbeddedStoreCrashTest {
    private static final int ROUNDS = Integer.getInteger("lembos.crash.rounds", 4);
    private static final int ACKNOWLEDGED_MAX = 3_000;

    @TempDir
    private Path temp;

    static EmbeddedConfig config(Path directory) {
        return new EmbeddedConfig(directory, new CacheLimits(200, 100), 1_024, 100);
    }

    @Test
    void noAcknowledgedCommitIsLostWhenTheProcessIsKilled() throws Exception {
        long seed = Long.getLong("lembos.crash.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<String, Long> acknowledged = new HashMap<>();
        long revision = 1;
        for (int round = 0; round < ROUNDS; round++) {
            writeAndKill(round, 1 + random.nextInt(ACKNOWLEDGED_MAX), acknowledged);

            revision = verify(round, acknowledged, revision, seed);
        }
    }

    /** Reads acknowledgements until there are enough, kills, and reads those that were already on their way. */
    private void writeAndKill(int round, int enough, Map<String, Long> acknowledged) throws IOException {
        String java = ProcessHandle.current().info().command().orElse("java");
        Process child = new ProcessBuilder(
                        java,
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashWriter.class.getName(),
                        temp.resolve("data").toString(),
                        Integer.toString(round))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = child.inputReader()) {
            int read = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] parts = line.split(" ");
                // The last line may be cut off in the middle by the kill.
                if (parts.length == 2 && (read < enough || line.matches("\\S+ \\d+"))) {
                    acknowledged.put(parts[0], read < enough ? Long.parseLong(parts[1]) : -1);
                }
                if (++read == enough) {
                    child.toHandle().destroyForcibly(); // unlike the process's own method it leaves the pipe open
                }
            }
            assertThat(read).as("acknowledgements in round %d", round).isGreaterThanOrEqualTo(enough);
        } finally {
            child.destroyForcibly();
            child.onExit().join();
        }
    }

    private long verify(int round, Map<String, Long> acknowledged, long revisionBefore, long seed) {
        try (EmbeddedStore store =
                EmbeddedStore.open(config(temp.resolve("data")), Materializer.identity(), new FakeStoreTimer())) {
            String where = "round " + round + ", -Dlembos.crash.seed=" + seed;
            acknowledged.forEach((key, revision) -> {
                Entry entry = store.get(key).orElseThrow(() -> new AssertionError(key + " is lost, " + where));
                if (revision > 0) {
                    assertThat(entry.modRevision()).as(where).isEqualTo(revision);
                }
            });
            assertThat(store.revision()).as(where).isGreaterThan(revisionBefore);
            assertCountersBelongToTheLastCommits(store, round, where);
            return store.revision();
        }
    }

    /** A commit writes a new key and its counter at one revision: both are there, or neither. */
    private static void assertCountersBelongToTheLastCommits(EmbeddedStore store, int round, String where) {
        var page = (RangeResult.Page) store.range(Range.of("/registry/crash/" + round + "/"));
        Map<String, Long> newest = new HashMap<>();
        Map<String, Long> counters = new HashMap<>();
        for (Entry entry : page.entries()) {
            int slash = entry.key().lastIndexOf('/');
            boolean counter = entry.key().endsWith("/counter");
            (counter ? counters : newest).merge(entry.key().substring(0, slash), entry.modRevision(), Math::max);
        }
        assertThat(counters).as(where).isEqualTo(newest);
    }
}

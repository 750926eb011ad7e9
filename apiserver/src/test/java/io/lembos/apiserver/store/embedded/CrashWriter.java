package io.lembos.apiserver.store.embedded;

import io.lembos.apiserver.store.Commit;
import io.lembos.apiserver.store.CommitResult;
import io.lembos.apiserver.store.Materializer;
import io.lembos.apiserver.store.Op;
import io.lembos.apiserver.store.StoreTimer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * The child process of {@link EmbeddedStoreCrashTest}: commits with several threads until it is killed, and prints a
 * line {@code key revision} for each acknowledged commit. Some commits overwrite, so that compaction is at work too.
 */
final class CrashWriter {
    private static final int WRITERS = 8;

    private CrashWriter() {}

    public static void main(String[] args) throws InterruptedException {
        Path directory = Path.of(args[0]);
        String round = args[1];
        EmbeddedStore store = EmbeddedStore.open(
                EmbeddedStoreCrashTest.config(directory), Materializer.identity(), StoreTimer.system());
        for (int writer = 0; writer < WRITERS; writer++) {
            String prefix = "/registry/crash/" + round + "/" + writer + "/";
            Thread.ofPlatform().start(() -> write(store, prefix));
        }
        new CountDownLatch(1).await();
    }

    private static void write(EmbeddedStore store, String prefix) {
        byte[] value = new byte[500];
        for (int i = 0; ; i++) {
            String key = prefix + i;
            Commit commit = Commit.of(Op.create(key, value), Op.put(prefix + "counter", value));
            if (store.commit(commit) instanceof CommitResult.Committed committed) {
                synchronized (System.out) {
                    System.out.println(key + " " + committed.revision());
                    System.out.flush();
                }
            }
        }
    }
}

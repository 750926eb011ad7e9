package io.lembos.apiserver.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.apiserver.registry.ResourceVersions;
import io.lembos.apiserver.store.Commit;
import io.lembos.apiserver.store.CommitResult;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.FakeStoreTimer;
import io.lembos.apiserver.store.Op;
import io.lembos.apiserver.store.Range;
import io.lembos.apiserver.store.RangeResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full: what was acknowledged stays readable, and there is a way back. Mounts, so needs root. */
class FullDiskIT {
    private static final int MAX_WRITES = 2_000;
    private static final String KEY = "/registry/pods/default/p-";

    @TempDir
    private Path temp;

    private final List<String> acknowledged = new ArrayList<>();
    private Path disk;
    private EmbeddedStore store;

    @BeforeEach
    void mountSmallDisk() throws Exception {
        disk = Files.createDirectory(temp.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=4m", "lembos-test", disk.toString());
        Files.write(disk.resolve("filler"), new byte[2_500_000]);
        store = open();
    }

    @AfterEach
    void unmount() throws Exception {
        store.close();
        run("umount", disk.toString());
    }

    @Test
    void whatWasAcknowledgedStaysReadableAndWritesGoOnWhenThereIsRoomAgain() throws Exception {
        CommitResult refusal = fill();

        assertThat(refusal).isInstanceOf(CommitResult.Unknown.class);
        assertThat(((CommitResult.Unknown) refusal).cause()).hasMessageContaining("no space left on the disk of");
        assertThat(present()).isNotEmpty().containsExactlyInAnyOrderElementsOf(acknowledged);

        Files.delete(disk.resolve("filler"));
        assertThat(write(MAX_WRITES)).isInstanceOf(CommitResult.Committed.class);
        store.close();
        store = open();
        assertThat(present()).containsExactlyInAnyOrderElementsOf(acknowledged);
    }

    /** The first answer that is no acknowledgement. */
    private CommitResult fill() {
        for (int i = 0; i < MAX_WRITES; i++) {
            CommitResult result = write(i);
            if (!(result instanceof CommitResult.Committed)) {
                return result;
            }
        }
        throw new AssertionError("the disk was never full");
    }

    private CommitResult write(int number) {
        byte[] value = ("{\"metadata\":{},\"data\":\"" + "x".repeat(20_000) + "\"}").getBytes(StandardCharsets.UTF_8);
        CommitResult result = store.commit(Commit.of(Op.create(KEY + number, value)));
        if (result instanceof CommitResult.Committed) {
            acknowledged.add(KEY + number);
        }
        return result;
    }

    private List<String> present() {
        return switch (store.range(Range.of("/registry/pods/"))) {
            case RangeResult.Page page ->
                page.entries().stream().map(Entry::key).toList();
            case RangeResult other -> throw new AssertionError(other);
        };
    }

    private EmbeddedStore open() {
        return EmbeddedStore.open(
                EmbeddedConfig.in(disk.resolve("data")), new ResourceVersions(), new FakeStoreTimer());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }
}

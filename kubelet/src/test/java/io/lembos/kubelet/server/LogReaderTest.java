package io.lembos.kubelet.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReaderTest {
    private static final LogOptions ALL = new LogOptions(false, false, -1, -1, Optional.empty());

    @TempDir
    Path folder;

    @Test
    void linesComeWithoutWhatTheRuntimeAdds() throws Exception {
        log("2026-01-01T00:00:01.5Z stdout F one", "2026-01-01T00:00:02.5Z stderr F two");
        assertThat(read(ALL)).isEqualTo("one\ntwo\n");
    }

    @Test
    void partsOfALongLineAreJoined() throws Exception {
        log("2026-01-01T00:00:01Z stdout P long ", "2026-01-01T00:00:01Z stdout F line");
        assertThat(read(ALL)).isEqualTo("long line\n");
        assertThat(read(new LogOptions(false, true, -1, -1, Optional.empty())))
                .isEqualTo("2026-01-01T00:00:01Z long line\n");
    }

    @Test
    void tailCountsFromTheEnd() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            lines.append("2026-01-01T00:00:01Z stdout F line ").append(i).append('\n');
        }
        Files.writeString(file(), lines);

        assertThat(read(tail(2))).isEqualTo("line 4998\nline 4999\n");
        assertThat(read(tail(0))).isEmpty();
        assertThat(read(tail(6000)).lines()).hasSize(5000);
        assertThat(read(tail(1500)).lines()).hasSize(1500).first().isEqualTo("line 3500");
    }

    @Test
    void bytesAndTimeLimitWhatComes() throws Exception {
        log("2026-01-01T00:00:01Z stdout F one", "2026-01-01T00:00:09Z stdout F two");

        assertThat(read(new LogOptions(false, false, -1, 5, Optional.empty()))).isEqualTo("one\nt");
        assertThat(read(new LogOptions(false, false, -1, -1, Optional.of(Instant.parse("2026-01-01T00:00:05Z")))))
                .isEqualTo("two\n");
    }

    @Test
    void followerGetsWhatIsWrittenUntilTheContainerEnds() throws Exception {
        log("2026-01-01T00:00:01Z stdout F one");
        AtomicBoolean runs = new AtomicBoolean(true);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CountDownLatch first = new CountDownLatch(1);
        LogReader reader = new LogReader(file(), new LogOptions(true, false, -1, -1, Optional.empty()), runs::get);
        Thread following = Thread.startVirtualThread(() -> {
            try {
                reader.readTo((bytes, length) -> {
                    out.write(bytes, 0, length);
                    first.countDown();
                    return true;
                });
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(first.await(5, TimeUnit.SECONDS)).isTrue();

        Files.writeString(file(), "2026-01-01T00:00:02Z stdout F two\n", StandardOpenOption.APPEND);
        runs.set(false);
        assertThat(following.join(java.time.Duration.ofSeconds(10))).isTrue();
        assertThat(out.toString()).isEqualTo("one\ntwo\n");
    }

    @Test
    void followerGoesOnWhereTheLogIsRotated() throws Exception {
        log("2026-01-01T00:00:01Z stdout F one");
        AtomicBoolean runs = new AtomicBoolean(true);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch rotated = new CountDownLatch(1);
        LogReader reader = new LogReader(file(), new LogOptions(true, false, -1, -1, Optional.empty()), runs::get);
        Thread following = Thread.startVirtualThread(() -> {
            try {
                reader.readTo((bytes, length) -> {
                    out.write(bytes, 0, length);
                    first.countDown();
                    rotated.await();
                    return true;
                });
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(first.await(5, TimeUnit.SECONDS)).isTrue();

        for (int part = 1; part <= 2; part++) {
            Path aside = folder.resolve("0.log.20260101-00000" + part);
            Files.move(file(), aside);
            log("2026-01-01T00:00:02Z stdout F in part " + part);
            Files.writeString(aside, "2026-01-01T00:00:01Z stdout F late\n", StandardOpenOption.APPEND);
        }
        rotated.countDown();
        runs.set(false);
        assertThat(following.join(java.time.Duration.ofSeconds(10))).isTrue();
        assertThat(out.toString()).isEqualTo("one\nlate\nin part 1\nlate\nin part 2\n");
    }

    private static LogOptions tail(long lines) {
        return new LogOptions(false, false, lines, -1, Optional.empty());
    }

    private Path file() {
        return folder.resolve("0.log");
    }

    private void log(String... lines) throws Exception {
        Files.writeString(file(), String.join("\n", lines) + "\n");
    }

    private String read(LogOptions options) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new LogReader(file(), options, () -> false).readTo((bytes, length) -> {
            out.write(bytes, 0, length);
            return true;
        });
        return out.toString();
    }
}

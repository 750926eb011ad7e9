package io.lembos.apiserver.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.api.error.ApiError;
import io.lembos.api.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SyncLoopTest {
    /** What the next runs do, in order; a run waits for its own. */
    private final BlockingQueue<SyncLoop.Sync> script = new LinkedBlockingQueue<>();

    private final Timers timers = new Timers();
    private SyncLoop loop;

    @BeforeEach
    void start() {
        loop = SyncLoop.start("test", timers, this::next);
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    @Test
    void runsAtTheStartAndThenOnlyWhenTold() throws InterruptedException {
        BlockingQueue<String> runs = new LinkedBlockingQueue<>();
        script.put(() -> noted(runs, "first"));
        assertThat(runs.take()).isEqualTo("first");
        loop.raise();
        script.put(() -> noted(runs, "second"));
        assertThat(runs.take()).isEqualTo("second");
        script.put(() -> noted(runs, "untold"));
        assertThat(runs.poll(50, TimeUnit.MILLISECONDS)).isNull();
        assertThat(timers.set).isEmpty();
    }

    @Test
    void whatIsToldDuringARunIsOneMoreRun() throws InterruptedException {
        BlockingQueue<String> runs = new LinkedBlockingQueue<>();
        script.put(() -> {
            loop.raise();
            loop.raise();
            return noted(runs, "first");
        });
        script.put(() -> noted(runs, "second"));
        script.put(() -> noted(runs, "third"));
        assertThat(runs.take()).isEqualTo("first");
        assertThat(runs.take()).isEqualTo("second");
        assertThat(runs.poll(50, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void whatFailsIsTriedAgainWhateverTheFailure() throws InterruptedException {
        BlockingQueue<String> runs = new LinkedBlockingQueue<>();
        script.put(() -> {
            throw ApiError.internal("the store is away");
        });
        script.put(() -> {
            throw new IllegalStateException("thrown by the test");
        });
        script.put(() -> noted(runs, "third"));
        for (int failure = 0; failure < 2; failure++) {
            Timers.Timer timer = timers.set.take();
            assertThat(timer.delay()).isEqualTo(SyncLoop.RETRY);
            timer.action().run();
        }
        assertThat(runs.take()).isEqualTo("third");
    }

    @Test
    void aRunSaysWhenTheNextIsDue() throws InterruptedException {
        script.put(() -> Optional.of(Duration.ofMinutes(1)));
        assertThat(timers.set.take().delay()).isEqualTo(Duration.ofMinutes(1));
        script.put(Optional::empty);
        loop.raise();
        assertThat(timers.cancelled.take()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void closingEndsARunThatWaits() throws InterruptedException {
        BlockingQueue<String> runs = new LinkedBlockingQueue<>();
        script.put(() -> {
            runs.add("waits");
            return next();
        });
        assertThat(runs.take()).isEqualTo("waits");
        Instant before = Instant.now();
        loop.close();
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(5));
        assertThat(timers.set).isEmpty();
    }

    private Optional<Duration> next() {
        try {
            return script.take().run();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<Duration> noted(BlockingQueue<String> runs, String what) {
        runs.add(what);
        return Optional.empty();
    }

    /** A clock whose timers the test takes. */
    private static final class Timers implements Clock {
        private final BlockingQueue<Timer> set = new LinkedBlockingQueue<>();
        private final BlockingQueue<Duration> cancelled = new LinkedBlockingQueue<>();

        private record Timer(Duration delay, Runnable action) {}

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public Clock.Timer after(Duration delay, Runnable action) {
            set.add(new Timer(delay, action));
            return () -> cancelled.add(delay);
        }
    }
}

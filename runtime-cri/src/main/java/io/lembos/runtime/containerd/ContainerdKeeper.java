package io.lembos.runtime.containerd;

import io.lembos.runtime.process.LinuxProcess;
import io.lembos.runtime.time.RuntimeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a containerd running: starts it again whenever it has ended, at once the first time and ever later while it ends
 * soon after. Its containers go on meanwhile, for their shims are processes of their own.
 *
 * <p>All state is guarded by the monitor of this object; the starting itself blocks a virtual thread outside of it.
 */
public final class ContainerdKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerdKeeper.class);
    private static final Duration DELAY_FIRST = Duration.ofSeconds(1);
    private static final Duration DELAY_MAX = Duration.ofSeconds(30);
    /** One that has run so long is not what keeps failing. */
    private static final Duration STABLE = Duration.ofMinutes(1);

    private final Containerd containerd;
    private final RuntimeClock clock;
    private Instant started = Instant.MIN;
    private Duration delay = Duration.ZERO;
    private Runnable pending = () -> {};
    private boolean closed;

    public ContainerdKeeper(Containerd containerd, RuntimeClock clock) {
        this.containerd = containerd;
        this.clock = clock;
    }

    /** Starts the daemon and keeps it from then on. @throws ContainerdException if it does not come up now */
    public void start() {
        containerd.start();
        keep();
    }

    /** Lets the daemon run on by itself. */
    @Override
    public synchronized void close() {
        closed = true;
        pending.run();
    }

    private void keep() {
        synchronized (this) {
            started = clock.now();
        }
        Optional<LinuxProcess> process = containerd.process();
        CompletableFuture<?> end =
                process.isPresent() ? process.get().handle().onExit() : CompletableFuture.completedFuture(null);
        end.thenRun(this::ended);
    }

    private synchronized void ended() {
        if (closed) {
            return;
        }
        if (clock.now().isAfter(started.plus(STABLE))) {
            delay = Duration.ZERO;
        }
        LOG.warn(
                "containerd has ended; it is started again{}", delay.isZero() ? "" : " in " + delay.toSeconds() + " s");
        pending = clock.after(delay, () -> Thread.ofVirtual().name("containerd").start(this::startAgain));
        Duration next = delay.isZero() ? DELAY_FIRST : delay.multipliedBy(2);
        delay = next.compareTo(DELAY_MAX) > 0 ? DELAY_MAX : next;
    }

    private void startAgain() {
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        try {
            start();
        } catch (RuntimeException e) {
            LOG.warn("containerd does not come up: {}", e.getMessage());
            ended();
        }
    }
}

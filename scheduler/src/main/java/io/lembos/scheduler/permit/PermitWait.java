package io.lembos.scheduler.permit;

import io.lembos.api.time.Clock;
import io.lembos.scheduler.framework.Assignment;
import io.lembos.scheduler.framework.WaitingPod;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One pod's wait: ends when all plugins have allowed it, when one has rejected it, when the time of one is over, or when it
 * is broken off. The first end counts. Guarded by its monitor.
 */
public final class PermitWait implements WaitingPod {
    private final Assignment assignment;
    private final Map<String, Clock.Timer> pending = new HashMap<>();
    private boolean ended;
    private Optional<Refusal> refusal = Optional.empty();

    PermitWait(Assignment assignment, Map<String, Duration> timeouts, Clock clock) {
        this.assignment = assignment;
        synchronized (this) {
            timeouts.forEach((plugin, timeout) ->
                    pending.put(plugin, clock.after(timeout, () -> reject(plugin, timeoutReason(plugin, timeout)))));
        }
    }

    private static String timeoutReason(String plugin, Duration timeout) {
        String time = timeout.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
        return "rejected due to timeout after waiting " + time + " at plugin " + plugin;
    }

    @Override
    public Assignment assignment() {
        return assignment;
    }

    @Override
    public synchronized Set<String> pendingPlugins() {
        return Set.copyOf(pending.keySet());
    }

    @Override
    public synchronized void allow(String plugin) {
        Clock.Timer timer = pending.remove(plugin);
        if (timer != null) {
            timer.cancel();
            if (pending.isEmpty()) {
                end(Optional.empty());
            }
        }
    }

    @Override
    public synchronized void reject(String plugin, String reason) {
        end(Optional.of(new Refusal(plugin, reason)));
    }

    /** Ends it with nothing said: somebody else knows why. */
    synchronized void breakOff() {
        end(Optional.empty());
    }

    private void end(Optional<Refusal> why) {
        if (!ended) {
            ended = true;
            refusal = why;
            pending.values().forEach(Clock.Timer::cancel);
            notifyAll();
        }
    }

    synchronized Optional<Refusal> await() throws InterruptedException {
        while (!ended) {
            wait();
        }
        return refusal;
    }
}

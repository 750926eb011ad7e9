package io.lembos.kubelet.pleg;

import io.lembos.api.time.Clock;
import io.lembos.kubelet.container.PodObserver;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.ContainerEventResponse;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which pods changed on the runtime. Where the runtime sends events they are believed, and it is listed every five
 * minutes only, in case one was lost; where it sends none, or while it cannot be heard, it is listed once a second. Rests
 * while the node has no pods.
 *
 * <p>Events from before the runtime took the subscription are not sent, and nobody says when it did; so it is listed once a
 * second for {@link #SETTLING} more. The last picture belongs to the one listing at a time that {@code running} lets through;
 * the rest is guarded by the monitor.
 */
public final class Pleg implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pleg.class);
    static final Duration INTERVAL = Duration.ofSeconds(1);
    static final Duration SELDOM = Duration.ofMinutes(5);
    static final Duration SETTLING = Duration.ofSeconds(10);

    private final PodObserver observer;
    private final Supplier<Multi<ContainerEventResponse>> events;
    private final Clock clock;
    private final BooleanSupplier needed;
    private final Consumer<Collection<String>> onChange;
    private Map<String, String> last = Map.of();
    private Hearing hearing = Hearing.NOT_YET;
    private int subscription;
    private Cancellable stream = () -> {};
    private long settledNanos;
    private Clock.Timer timer = () -> {};
    private boolean waiting;
    private boolean running;
    private boolean again;
    private boolean closed;
    private volatile boolean healthy = true;

    /** What is known of the runtime's events. */
    private enum Hearing {
        /** Nobody has asked for them since the runtime last failed to answer. */
        NOT_YET,
        YES,
        /** The runtime has none. */
        NEVER
    }

    /**
     * @param events of the runtime, from the subscription on
     * @param needed whether there is anything to look at
     * @param onChange told the uids of pods that changed
     */
    public Pleg(
            PodObserver observer,
            Supplier<Multi<ContainerEventResponse>> events,
            Clock clock,
            BooleanSupplier needed,
            Consumer<Collection<String>> onChange) {
        this.observer = observer;
        this.events = events;
        this.clock = clock;
        this.needed = needed;
        this.onChange = onChange;
    }

    /** Goes on if it rests and is needed. */
    public synchronized void wake() {
        if (closed || running || waiting || !needed.getAsBoolean()) {
            return;
        }
        if (hearing == Hearing.NOT_YET && healthy) {
            listen();
        }
        boolean settled = hearing == Hearing.YES && clock.nanoTime() - settledNanos >= 0;
        waitFor(settled ? SELDOM : INTERVAL);
    }

    /** Whether the runtime answered the last time. */
    public boolean isHealthy() {
        return healthy;
    }

    @Override
    public synchronized void close() {
        closed = true;
        timer.cancel();
        stream.cancel();
    }

    private void waitFor(Duration delay) {
        timer.cancel();
        waiting = true;
        timer = clock.after(delay, this::relist);
    }

    private void listen() {
        int mine = ++subscription;
        hearing = Hearing.YES;
        settledNanos = clock.nanoTime() + SETTLING.toNanos();
        stream = events.get()
                .subscribe()
                .with(this::heard, failure -> unheard(mine, failure), () -> unheard(mine, null));
    }

    private void heard(ContainerEventResponse event) {
        if (!event.hasPodSandboxStatus()) {
            relistSoon(); // Of a pod that is just going away, nobody says which.
            return;
        }
        Optional<String> pod = observer.podOf(event.getPodSandboxStatus().getLabelsMap());
        pod.ifPresent(uid -> onChange.accept(Set.of(uid)));
    }

    private synchronized void unheard(int which, Throwable failure) {
        if (which != subscription || closed) {
            return;
        }
        boolean never = failure instanceof ContainerRuntimeException e && e.isUnimplemented();
        if (!never) {
            LOG.warn("The container runtime's events have ended: {}", failure == null ? "" : failure.getMessage());
        }
        hearing = never ? Hearing.NEVER : Hearing.NOT_YET;
        relistSoon();
    }

    private synchronized void relistSoon() {
        again = running;
        if (waiting && !closed) {
            waitFor(INTERVAL);
        }
    }

    private void relist() {
        synchronized (this) {
            waiting = false;
            if (closed) {
                return;
            }
            running = true;
        }
        try {
            compare(observer.fingerprints());
            healthy = true;
        } catch (ContainerRuntimeException e) {
            if (healthy) {
                LOG.warn("The container runtime does not answer: {}", e.getMessage());
            }
            healthy = false;
        } finally {
            next();
        }
    }

    private synchronized void next() {
        running = false;
        if (!healthy && hearing == Hearing.NEVER) {
            hearing = Hearing.NOT_YET; // It may come back as another one.
        }
        wake();
        if (again) {
            again = false;
            relistSoon();
        }
    }

    private void compare(Map<String, String> now) {
        Set<String> changed = new HashSet<>();
        now.forEach((uid, print) -> {
            if (!print.equals(last.get(uid))) {
                changed.add(uid);
            }
        });
        last.keySet().stream().filter(uid -> !now.containsKey(uid)).forEach(changed::add);
        last = now;
        if (!changed.isEmpty()) {
            onChange.accept(changed);
        }
    }
}

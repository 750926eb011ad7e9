package io.lembos.kubelet.pleg;

import io.lembos.api.time.Clock;
import io.lembos.kubelet.container.PodObserver;
import io.lembos.runtime.ContainerRuntimeException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which pods changed on the runtime by listing it once a second, as Kubernetes' generic PLEG does, because the
 * runtimes in use tell nothing by themselves. Rests while the node has no pods.
 *
 * <p>The last picture belongs to the one listing at a time that {@code listing} lets through.
 */
public final class Pleg implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pleg.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final PodObserver observer;
    private final Clock clock;
    private final BooleanSupplier needed;
    private final Consumer<Collection<String>> onChange;
    private Map<String, String> last = Map.of();
    private boolean running;
    private boolean closed;
    private volatile boolean healthy = true;

    /**
     * @param needed whether there is anything to look at
     * @param onChange told the uids of pods that changed
     */
    public Pleg(PodObserver observer, Clock clock, BooleanSupplier needed, Consumer<Collection<String>> onChange) {
        this.observer = observer;
        this.clock = clock;
        this.needed = needed;
        this.onChange = onChange;
    }

    /** Goes on if it rests and is needed. */
    public synchronized void wake() {
        if (!running && !closed && needed.getAsBoolean()) {
            running = true;
            clock.after(INTERVAL, this::relist);
        }
    }

    /** Whether the runtime answered the last time. */
    public boolean isHealthy() {
        return healthy;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    private void relist() {
        try {
            Map<String, String> now = observer.fingerprints();
            healthy = true;
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
        } catch (ContainerRuntimeException e) {
            if (healthy) {
                LOG.warn("The container runtime does not answer: {}", e.getMessage());
            }
            healthy = false;
        } finally {
            synchronized (this) {
                running = false;
            }
            wake();
        }
    }
}

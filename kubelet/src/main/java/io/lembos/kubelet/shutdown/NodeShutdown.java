package io.lembos.kubelet.shutdown;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.time.Clock;
import io.lembos.kubelet.admission.Rejection;
import io.lembos.kubelet.eviction.CriticalPods;
import io.lembos.kubelet.eviction.NodePods;
import io.lembos.kubelet.status.Termination;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the pods of a node that goes down, group after group, each within its time; whoever has not ended by then is left
 * behind. From then on the node takes no more pods. Called once, by the thread that brings the node down.
 */
public final class NodeShutdown {
    /** Why the node is not ready. */
    public static final String TROUBLE = "node is shutting down";

    /** Of pods that were ended so. */
    public static final String REASON = "Terminated";

    private static final Logger LOG = LoggerFactory.getLogger(NodeShutdown.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final String MESSAGE = "Pod was terminated in response to imminent node shutdown.";

    private final ShutdownSettings settings;
    private final Clock clock;
    private volatile boolean begun;

    public NodeShutdown(ShutdownSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    public boolean hasBegun() {
        return begun;
    }

    /** Why the node takes no more pods; empty while it does. */
    public Optional<Rejection> judge(Pod pod) {
        return begun
                ? Optional.of(new Rejection("NodeShutdown", "Pod was rejected as the node is shutting down."))
                : Optional.empty();
    }

    /**
     * Returns when the pods have ended or their time is over; at once when it is off.
     *
     * @param onBegin told when the node takes no more pods
     */
    public void run(NodePods pods, Runnable onBegin) throws InterruptedException {
        if (!settings.isOn()) {
            return;
        }
        begun = true;
        onBegin.run();
        List<Pod> all = pods.active();
        for (int i = 0; i < settings.groups().size(); i++) {
            int group = i;
            end(
                    pods,
                    all.stream()
                            .filter(p -> settings.groupOf(CriticalPods.priority(p)) == group)
                            .toList(),
                    settings.groups().get(i).period());
        }
    }

    private void end(NodePods pods, List<Pod> group, Duration period) throws InterruptedException {
        if (group.isEmpty() || period.isZero()) {
            return;
        }
        LOG.info("The node goes down: {} pods have {} to end", group.size(), period);
        long until = clock.nanoTime() + period.toNanos();
        group.forEach(p -> pods.end(p, new Termination(REASON, MESSAGE, Optional.of(period), true)));
        while (!group.stream().allMatch(pods::hasEnded)) {
            if (clock.nanoTime() >= until) {
                LOG.warn("Pods have not ended within {}", period);
                return;
            }
            CountDownLatch look = new CountDownLatch(1);
            clock.after(POLL, look::countDown);
            look.await();
        }
    }
}

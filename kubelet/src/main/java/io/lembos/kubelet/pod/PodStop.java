package io.lembos.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.time.Clock;
import io.lembos.kubelet.container.ObservedPod;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Ends a pod's containers on a thread beside the pod's worker, which may report the pod meanwhile, and hear that it is to
 * end sooner. One stop at a time; one that is to end sooner takes the place of the other.
 *
 * <p>Owned by the worker, but for {@code current}, which the stopping thread clears when it is done.
 */
final class PodStop {
    private static final Duration RETRY = Duration.ofSeconds(2);

    /** Ends that lie closer together are the same: they are computed anew at every look. */
    private static final Duration SAME = Duration.ofMillis(1500);

    private final PodRuntime runtime;
    private final Clock clock;
    private final Runnable onDone;
    private final AtomicReference<Thread> current = new AtomicReference<>();
    private long endNanos;

    /** @param onDone told when it is worth another look */
    PodStop(PodRuntime runtime, Clock clock, Runnable onDone) {
        this.runtime = runtime;
        this.clock = clock;
        this.onDone = onDone;
    }

    /** Whether no container runs any more; if some do, they are being stopped within the grace. */
    boolean ended(Pod pod, ObservedPod observed, Duration grace) {
        Thread before = current.get();
        if (before == null && observed.running().isEmpty()) {
            return true;
        }
        long end = clock.nanoTime() + grace.toNanos();
        if (before != null && endNanos - end < SAME.toNanos()) {
            return false;
        }
        endNanos = end;
        Thread thread = Thread.ofVirtual()
                .name("stop-" + pod.getMetadata().getName())
                .unstarted(() -> stop(pod, observed, grace));
        current.set(thread);
        if (before != null) {
            before.interrupt();
        }
        thread.start();
        return false;
    }

    private void stop(Pod pod, ObservedPod observed, Duration grace) {
        boolean stopped = false;
        try {
            stopped = runtime.stopContainers(pod, observed, grace);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (current.compareAndSet(Thread.currentThread(), null)) {
                if (stopped) {
                    onDone.run();
                } else {
                    clock.after(RETRY, onDone);
                }
            }
        }
    }
}

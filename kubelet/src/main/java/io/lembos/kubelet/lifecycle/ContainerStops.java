package io.lembos.kubelet.lifecycle;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.time.Clock;
import io.lembos.kubelet.container.ObservedContainer;
import io.lembos.kubelet.container.ObservedPod;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ContainerRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the hooks of containers around the runtime's own steps: a container is asked to prepare for its end, waits for its
 * turn, gets its stop signal, and is killed when its grace is over. Everything counts against the grace, but a container
 * always has {@link #GRACE_MIN} between the signal and the kill. Holds no state of pods; blocks its caller, who may
 * interrupt it.
 */
public final class ContainerStops {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerStops.class);
    static final Duration GRACE_MIN = Duration.ofSeconds(2);
    private static final Duration FOREVER = Duration.ofDays(1);

    private final ContainerRuntime runtime;
    private final Hooks hooks;
    private final EventRecorder events;
    private final Clock clock;

    public ContainerStops(ContainerRuntime runtime, Hooks hooks, EventRecorder events, Clock clock) {
        this.runtime = runtime;
        this.hooks = hooks;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Runs a container's postStart hook, if it has one.
     *
     * @param ending completed when the hook no longer matters
     * @return whether the container may go on; if not, it has been killed
     */
    public boolean afterStart(
            Pod pod, Container container, String id, String podIp, Duration grace, CompletableFuture<Void> ending)
            throws InterruptedException {
        LifecycleHandler hook = container.getLifecycle() == null
                ? null
                : container.getLifecycle().getPostStart();
        if (hook == null) {
            return true;
        }
        CompletableFuture<Hooks.End> end = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual()
                .name("postStart-" + container.getName())
                .start(() -> {
                    try {
                        end.complete(hooks.run(container, id, podIp, hook, FOREVER));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } finally {
                        end.complete(Hooks.End.FAILED);
                    }
                });
        CompletableFuture.anyOf(end, ending).join();
        if (!end.isDone()) {
            thread.interrupt();
            return true;
        }
        if (end.join() == Hooks.End.SUCCEEDED) {
            return true;
        }
        tell(pod, container.getName(), "Warning", "FailedPostStartHook", "PostStartHook failed");
        stop(pod, container.getName(), id, podIp, "FailedPostStartHook", grace, Map.of());
        return false;
    }

    /** Stops one container that the pod goes on without. */
    public void stop(Pod pod, ObservedContainer container, String podIp, String message, Duration grace)
            throws InterruptedException {
        stop(pod, container.name(), container.id(), podIp, message, grace, Map.of());
    }

    /**
     * Stops all running containers, each on a thread of its own and in its turn.
     *
     * @return true when they have ended, false when the runtime refused to stop one
     */
    public boolean stopAll(Pod pod, ObservedPod observed, Duration grace) throws InterruptedException {
        String ip = observed.readySandbox().map(s -> s.ip()).orElse("");
        Map<String, CountDownLatch> ends = new HashMap<>();
        observed.running().forEach(c -> ends.put(c.name(), new CountDownLatch(1)));
        AtomicBoolean refused = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (ObservedContainer container : observed.running()) {
            String message = "Stopping container " + container.name();
            threads.add(Thread.ofVirtual().name("stop-" + container.name()).start(() -> {
                try {
                    stop(pod, container.name(), container.id(), ip, message, grace, ends);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (ContainerRuntimeException e) {
                    refused.set(true);
                    LOG.warn("Container {} could not be stopped: {}", container.id(), e.getMessage());
                } finally {
                    ends.get(container.name()).countDown();
                }
            }));
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            throw e;
        }
        return !refused.get();
    }

    private void stop(
            Pod pod,
            String name,
            String id,
            String podIp,
            String message,
            Duration grace,
            Map<String, CountDownLatch> ends)
            throws InterruptedException {
        long end = clock.nanoTime() + grace.toNanos();
        tell(pod, name, "Normal", "Killing", message);
        if (!grace.isZero()) {
            prepare(pod, name, id, podIp, grace);
        }
        for (String other : StopOrder.before(pod, name)) {
            CountDownLatch ended = ends.get(other);
            if (ended != null && !ended.await(Math.max(0, end - clock.nanoTime()), TimeUnit.NANOSECONDS)) {
                break;
            }
        }
        Duration left = Duration.ofNanos(end - clock.nanoTime());
        Duration least = grace.compareTo(GRACE_MIN) < 0 ? grace : GRACE_MIN;
        runtime.stopContainer(id, left.compareTo(least) < 0 ? least : left);
    }

    /** A hook that takes longer than the grace is left behind without a word, as in Kubernetes. */
    private void prepare(Pod pod, String name, String id, String podIp, Duration grace) throws InterruptedException {
        Optional<Container> container = find(pod, name);
        LifecycleHandler hook =
                container.map(Container::getLifecycle).map(l -> l.getPreStop()).orElse(null);
        if (hook != null && hooks.run(container.get(), id, podIp, hook, grace) == Hooks.End.FAILED) {
            tell(pod, name, "Warning", "FailedPreStopHook", "PreStopHook failed");
        }
    }

    private static Optional<Container> find(Pod pod, String name) {
        return Stream.concat(pod.getSpec().getContainers().stream(), pod.getSpec().getInitContainers().stream())
                .filter(c -> c.getName().equals(name))
                .findFirst();
    }

    private void tell(Pod pod, String container, String type, String reason, String message) {
        events.record(pod, "spec.containers{" + container + "}", type, reason, message);
    }
}

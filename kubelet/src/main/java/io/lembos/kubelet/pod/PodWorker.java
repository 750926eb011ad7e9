package io.lembos.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.lembos.api.error.ApiError;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.time.Clock;
import io.lembos.kubelet.admission.Rejection;
import io.lembos.kubelet.container.ObservedContainer;
import io.lembos.kubelet.container.ObservedPod;
import io.lembos.kubelet.container.ObservedSandbox;
import io.lembos.kubelet.probes.PodProbes;
import io.lembos.kubelet.resize.PodSizes;
import io.lembos.kubelet.staticpods.StaticPod;
import io.lembos.kubelet.status.Deadline;
import io.lembos.kubelet.status.PodPhase;
import io.lembos.kubelet.status.PodStatusComputer;
import io.lembos.kubelet.status.StatusWriter;
import io.lembos.kubelet.status.Termination;
import io.lembos.kubelet.status.Waiting;
import io.lembos.kubelet.volumes.MountFailure;
import io.lembos.runtime.ContainerRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that happens to one pod on this node, one step at a time on one virtual thread: it runs, it is stopped, its
 * remains are removed; never back. Woken by changes of the pod, by changes on the runtime and by its own timers; each time
 * it looks at what is there and does what is missing, so that it may be killed and begin anew at any line.
 *
 * <p>{@code lock} guards what others tell it (the wanted pod, that it should look again); everything else belongs to its
 * thread.
 */
final class PodWorker {
    private static final Logger LOG = LoggerFactory.getLogger(PodWorker.class);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration RETRY_RESIZE = Duration.ofSeconds(10);
    private static final Duration RETRY_REFRESH = Duration.ofMinutes(1);

    private final String uid;
    private final PodRuntime runtime;
    private final PodStatusComputer statuses;
    private final StatusWriter writer;
    private final EventRecorder events;
    private final Clock clock;
    private final Runnable onFinished;
    private final Optional<Rejection> rejection;
    private final PodSizes sizes;
    private final Path logs;
    private final PodProbes probes;
    private final CrashBackOff backOff;
    private final Map<String, Waiting> waiting = new HashMap<>();
    private final Map<String, Refused> refused = new HashMap<>();

    private final PodStop stop;

    /** Completed when the pod is to end, or this worker: nothing that it waits for matters any more. */
    private final CompletableFuture<Void> ending = new CompletableFuture<>();

    /** What others have told, as of this look. */
    private Optional<Termination> ended = Optional.empty();

    private boolean remove;

    private Instant deadline;
    private boolean deadlineTold;

    /** A start that failed and is not tried again before its time. */
    private record Refused(String image, Waiting waiting, long untilNanos) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private Pod wanted;
    private boolean gone;
    private Optional<Termination> termination = Optional.empty();
    private boolean remainsUnwanted;
    private volatile boolean over;
    private boolean dirty = true;
    private boolean closed;

    /** @param rejection why the node does not run the pod, if so */
    PodWorker(Pod pod, PodWorkers.Context context, Optional<Rejection> rejection, Path logs, Runnable onFinished) {
        this.uid = pod.getMetadata().getUid();
        this.wanted = pod;
        this.runtime = context.runtime();
        this.statuses = context.statuses();
        this.writer = context.writer();
        this.events = context.events();
        this.clock = context.clock();
        this.probes = context.probes().apply(this::wake);
        this.rejection = rejection;
        this.sizes = context.sizes();
        this.backOff = new CrashBackOff(context.crashLoopMax());
        this.stop = new PodStop(runtime, clock, this::wake);
        this.logs = logs;
        this.onFinished = onFinished;
    }

    void start() {
        Thread.ofVirtual().name("pod-" + wanted.getMetadata().getName()).start(this::run);
    }

    /** A newer state of the pod. */
    void update(Pod pod) {
        change(() -> wanted = pod);
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            ending.complete(null);
        }
    }

    /** The API server no longer knows the pod: it must end. */
    void forget() {
        change(() -> gone = true);
        ending.complete(null);
    }

    /** The node cannot keep the pod. */
    void end(Termination why) {
        change(() -> termination = termination.or(() -> Optional.of(why)));
        ending.complete(null);
    }

    /** If the pod is over, its containers go, and their logs. */
    void removeRemains() {
        if (over) {
            change(() -> remainsUnwanted = true);
        }
    }

    /** Whether nothing of the pod runs any more. */
    boolean hasEnded() {
        return over;
    }

    /** The pod, if it runs or will and nobody ends it. */
    Optional<Pod> active() {
        lock.lock();
        try {
            boolean ends = over
                    || gone
                    || closed
                    || rejection.isPresent()
                    || termination.isPresent()
                    || wanted.getMetadata().getDeletionTimestamp() != null;
            return ends ? Optional.empty() : Optional.of(wanted);
        } finally {
            lock.unlock();
        }
    }

    /** Something may have happened on the runtime. */
    void wake() {
        change(() -> {});
    }

    /** Stops the worker, not the pod. */
    void close() {
        change(() -> closed = true);
        ending.complete(null);
        probes.close();
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            dirty = true;
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (awaitWork()) {
                if (step()) {
                    probes.close();
                    onFinished.run();
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean awaitWork() throws InterruptedException {
        lock.lock();
        try {
            while (!dirty && !closed) {
                woken.await();
            }
            dirty = false;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** One look at the pod; true when nothing of it is left. */
    private boolean step() throws InterruptedException {
        Pod pod;
        boolean forgotten;
        lock.lock();
        try {
            pod = wanted;
            forgotten = gone;
            ended = termination;
            remove = remainsUnwanted;
        } finally {
            lock.unlock();
        }
        try {
            if (forgotten) {
                return removeForgotten(pod);
            }
            if (pod.getMetadata().getDeletionTimestamp() != null) {
                return terminate(pod);
            }
            sync(pod);
        } catch (ContainerRuntimeException | IOException | ApiError e) {
            LOG.warn(
                    "Pod {}/{}: {}; trying again",
                    pod.getMetadata().getNamespace(),
                    pod.getMetadata().getName(),
                    e.getMessage());
            lookAgain(RETRY);
        } catch (RuntimeException e) {
            LOG.error(
                    "Pod {}/{} failed",
                    pod.getMetadata().getNamespace(),
                    pod.getMetadata().getName(),
                    e);
            lookAgain(RETRY);
        }
        return false;
    }

    private void sync(Pod wanted) throws IOException, InterruptedException {
        Pod pod = rejection.isPresent() ? wanted : sizes.allocate(wanted);
        ObservedPod observed = runtime.observe(uid);
        countEnds(observed);
        probes.sync(pod, observed);
        PodStatus first = compute(pod, observed);
        boolean isOver = PodPhase.isFinal(first.getPhase());
        mindDeadline(pod, first);
        Duration wish = PodRuntime.grace(pod);
        if (isOver && !stop.ended(pod, observed, ended.map(e -> e.grace(wish)).orElse(wish))) {
            // Sidecars have nobody to serve any more; the pod is over when they are.
            writer.write(pod, PodStatusComputer.notYetOver(pod, first));
            return;
        }
        writer.write(pod, first);
        if (isOver) {
            // It needs no network any more; its containers stay for their logs until the pod is deleted.
            observed.sandboxes().stream().filter(ObservedSandbox::ready).forEach(runtime::stopSandbox);
            runtime.removeVolumes(uid);
            over = true;
            if (remove) {
                runtime.removeEnded(observed);
            }
            return;
        }
        PodActions actions = PodActions.compute(pod, observed, probes, clock.now(), backOff::delay);
        waiting.clear();
        actions.backingOff().forEach(b -> waitFor(pod, b));
        actions.staleSandboxes().forEach(runtime::removeSandbox);
        for (PodActions.Kill kill : actions.kill()) {
            runtime.kill(pod, observed, kill);
            wake();
        }
        if (!actions.start().isEmpty() || actions.needsSandbox()) {
            observed = act(pod, observed, actions);
        } else {
            refreshVolumes(pod, observed);
        }
        resize(pod, observed);
        probes.sync(pod, observed);
        report(pod, observed);
        runtime.removeOld(observed);
        actions.lookAgain().ifPresent(this::lookAgain);
    }

    private ObservedPod act(Pod pod, ObservedPod before, PodActions actions) throws IOException, InterruptedException {
        Map<String, Path> mounted;
        try {
            mounted = runtime.mount(pod, this::wake);
        } catch (MountFailure e) {
            events.warning(pod, "FailedMount", e.getMessage());
            lookAgain(RETRY);
            return before;
        }
        if (actions.needsSandbox() && !createSandbox(pod, before)) {
            return before;
        }
        ObservedPod observed = actions.needsSandbox() ? runtime.observe(uid) : before;
        Optional<ObservedSandbox> sandbox = observed.readySandbox();
        if (sandbox.isEmpty()) {
            lookAgain(RETRY);
            return observed;
        }
        for (PodActions.Start start : actions.start()) {
            start(pod, sandbox.get(), start, mounted);
        }
        return runtime.observe(uid);
    }

    /** A change that fails is told and tried again; containers keep what they have. */
    private void resize(Pod pod, ObservedPod observed) throws IOException, InterruptedException {
        try {
            if (runtime.resize(pod, observed)) {
                wake();
            }
        } catch (ContainerRuntimeException e) {
            if (e.isUnavailable()) {
                throw e;
            }
            sizes.failed(uid, e.getMessage());
            lookAgain(RETRY_RESIZE);
        }
        if (sizes.isWaiting(uid)) {
            lookAgain(RETRY_RESIZE);
        }
    }

    /** What cannot be made anew stays as it was; the containers go on. */
    private void refreshVolumes(Pod pod, ObservedPod observed) throws IOException {
        if (observed.running().isEmpty() || !runtime.hasStaleVolumes(pod)) {
            return;
        }
        try {
            runtime.mount(pod, this::wake);
        } catch (MountFailure e) {
            events.warning(pod, "FailedMount", e.getMessage());
            lookAgain(RETRY_REFRESH);
        }
    }

    private boolean createSandbox(Pod pod, ObservedPod observed) throws IOException {
        try {
            runtime.createSandbox(pod, observed.nextSandboxAttempt());
            return true;
        } catch (ContainerRuntimeException e) {
            if (e.isUnavailable()) {
                throw e;
            }
            events.warning(
                    pod,
                    "FailedCreatePodSandBox",
                    "Failed to create pod sandbox: rpc error: code = Unknown desc = " + e.getMessage());
            lookAgain(RETRY);
            return false;
        }
    }

    private void start(Pod pod, ObservedSandbox sandbox, PodActions.Start start, Map<String, Path> mounted)
            throws IOException, InterruptedException {
        String name = start.container().getName();
        Refused before = refused.get(name);
        if (before != null
                && before.image().equals(start.container().getImage())
                && before.untilNanos() - clock.nanoTime() > 0) {
            waiting.put(name, before.waiting());
            lookAgain(Duration.ofNanos(before.untilNanos() - clock.nanoTime()));
            return;
        }
        Optional<PodRuntime.Refusal> refusal = runtime.start(pod, sandbox, start, mounted, ending);
        refused.remove(name);
        refusal.ifPresent(r -> refuse(start.container(), r));
    }

    private void refuse(Container container, PodRuntime.Refusal refusal) {
        waiting.put(container.getName(), refusal.waiting());
        refused.put(
                container.getName(),
                new Refused(
                        container.getImage(),
                        refusal.waiting(),
                        clock.nanoTime() + refusal.retryIn().toNanos()));
        lookAgain(refusal.retryIn());
    }

    private void waitFor(Pod pod, PodActions.BackingOff backingOff) {
        String name = backingOff.container().getName();
        waiting.put(name, Waiting.crashLoop(pod, name, backingOff.delay()));
        events.record(
                pod,
                "spec.containers{" + name + "}",
                "Warning",
                "BackOff",
                "Back-off restarting failed container " + name + " in pod " + Waiting.where(pod));
    }

    private void countEnds(ObservedPod observed) {
        for (ObservedContainer container : observed.containers()) {
            boolean newest =
                    observed.latest(container.name()).filter(container::equals).isPresent();
            if (newest && container.hasExited()) {
                backOff.countEnd(container);
            }
        }
    }

    private static boolean isOver(Pod pod) {
        return pod.getStatus() != null && PodPhase.isFinal(pod.getStatus().getPhase());
    }

    private PodStatus compute(Pod pod, ObservedPod observed) {
        if (observed.containers().isEmpty() && isOver(pod)) {
            return pod.getStatus(); // It never ran, and whoever said so may be gone.
        }
        return rejection.isPresent()
                ? rejection.get().status(pod, clock.now())
                : sizes.tell(pod, statuses.compute(pod, observed, waiting, probes, ended, clock.now()), clock.now());
    }

    private void report(Pod pod, ObservedPod observed) {
        PodStatus status = compute(pod, observed);
        boolean stillEnds = ended.isPresent() && !observed.running().isEmpty();
        writer.write(pod, stillEnds ? PodStatusComputer.notYetOver(pod, status) : status);
    }

    /** Stops the containers within what is left of the grace period, tells how they ended, and lets the pod go. */
    private boolean terminate(Pod pod) throws IOException {
        probes.stopKilling();
        ObservedPod observed = runtime.observe(uid);
        probes.sync(pod, observed);
        if (!stop.ended(pod, observed, graceLeft(pod))) {
            waiting.clear();
            report(pod, observed);
            return false;
        }
        runtime.stopSandboxes(observed);
        waiting.clear();
        ObservedPod stopped = runtime.observe(uid);
        report(pod, stopped);
        runtime.remove(uid, stopped, Optional.of(logs));
        writer.delete(pod);
        return true;
    }

    private Duration graceLeft(Pod pod) {
        Instant end = Instant.parse(pod.getMetadata().getDeletionTimestamp());
        Duration left = Duration.between(clock.now(), end);
        return left.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : left;
    }

    private boolean removeForgotten(Pod pod) throws InterruptedException, IOException {
        ObservedPod observed = runtime.observe(uid);
        // A manifest that was taken away ends its pod as a deletion would; others have had their time.
        Duration grace = StaticPod.isMirror(pod) ? PodRuntime.grace(pod) : Duration.ofSeconds(2);
        runtime.stopContainers(pod, observed, grace);
        runtime.stopSandboxes(observed);
        runtime.remove(uid, runtime.observe(uid), Optional.of(logs));
        writer.forget(uid);
        return true;
    }

    /** Looks again when the pod's time is over; says so when it is. */
    private void mindDeadline(Pod pod, PodStatus status) {
        Optional<Instant> end = Deadline.of(pod);
        if (end.isPresent() && !end.get().equals(deadline) && !PodPhase.isFinal(status.getPhase())) {
            deadline = end.get();
            lookAgain(Duration.between(clock.now(), deadline));
        }
        if (Deadline.REASON.equals(status.getReason()) && !deadlineTold) {
            deadlineTold = true;
            if (!PodPhase.isFinal(pod.getStatus().getPhase())) {
                events.normal(pod, Deadline.REASON, Deadline.MESSAGE);
            }
        }
    }

    private void lookAgain(Duration delay) {
        clock.after(delay, this::wake);
    }
}

package io.lembos.scheduler;

import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.time.Clock;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cycle.BindingPlugins;
import io.lembos.scheduler.framework.Assignment;
import io.lembos.scheduler.framework.BindPlugin;
import io.lembos.scheduler.framework.Permit;
import io.lembos.scheduler.framework.PermitPlugin;
import io.lembos.scheduler.framework.PodChange;
import io.lembos.scheduler.framework.PostBindPlugin;
import io.lembos.scheduler.framework.PreBindPlugin;
import io.lembos.scheduler.framework.ReservePlugin;
import io.lembos.scheduler.gang.PodGroups;
import io.lembos.scheduler.metrics.Point;
import io.lembos.scheduler.metrics.ProfileMetrics;
import io.lembos.scheduler.metrics.Result;
import io.lembos.scheduler.permit.Refusal;
import io.lembos.scheduler.permit.WaitingPodsMap;
import io.lembos.scheduler.preemption.Evictions;
import io.lembos.scheduler.queue.SchedulingQueue;
import io.lembos.scheduler.queue.SchedulingQueue.Taken;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a pod after the decision, in Kubernetes' order: assumed in the cache, Reserve and Permit on the thread
 * that decides; then, on a virtual thread of the pod's own, the wait for permits, PreBind, Bind and PostBind. A slow API
 * server or plugin there never delays the next decision.
 *
 * <p>Whatever goes wrong before the pod is bound: everything is unreserved in reverse order, the assumption is taken back,
 * and the pod is tried again, when something happens that may help if a plugin has refused it, else after its back-off.
 */
final class BindingCycle implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BindingCycle.class);

    private final SchedulerCache cache;
    private final SchedulingQueue queue;
    private final FailureHandler failures;
    private final Evictions evictions;
    private final Bindings bindings = new Bindings();
    private final WaitingPodsMap waiting;
    /** Who is in PreBind, by the pod's uid. */
    private final Map<String, Thread> preparing = new ConcurrentHashMap<>();

    private final PodGroups groups;
    private final Clock clock;

    /** Calls of the plugins of one point. */
    @FunctionalInterface
    private interface Calls<E extends Exception> {
        Optional<Refusal> make() throws E;
    }

    /** What became of a pod that is to have room, and not to go there yet. */
    sealed interface Holding {}

    /** It has its room. Belongs to the thread that decides until it goes. */
    sealed interface Held extends Holding {
        Taken taken();

        /** Asks whether it may go; why not, if it may not. */
        Optional<Refusal> permit();

        void go();

        /** It does not go; whoever says so gives it back to the queue. */
        void letGo();
    }

    /** A plugin has refused it. */
    record Refused(Refusal why) implements Holding {}

    /** Somebody else was quicker, and the watch has said so: it is done. */
    record Elsewhere() implements Holding {}

    BindingCycle(
            SchedulerCache cache,
            SchedulingQueue queue,
            FailureHandler failures,
            Evictions evictions,
            WaitingPodsMap waiting,
            PodGroups groups,
            Clock clock) {
        this.cache = cache;
        this.queue = queue;
        this.failures = failures;
        this.evictions = evictions;
        this.waiting = waiting;
        this.groups = groups;
        this.clock = clock;
    }

    /** @param nominated the node on which others were being evicted for the pod */
    void begin(Taken taken, BindingPlugins plugins, Assignment assignment, Optional<String> nominated) {
        assume(taken, plugins, assignment, nominated).filter(Run::admit).ifPresent(Run::go);
    }

    /** The same for one that goes only if others go too: up to Reserve. */
    Holding hold(Taken taken, BindingPlugins plugins, Assignment assignment, Optional<String> nominated) {
        Optional<Run> run = assume(taken, plugins, assignment, nominated);
        if (run.isEmpty()) {
            return new Elsewhere();
        }
        try {
            Optional<Refusal> refusal = run.get().reserve();
            refusal.ifPresent(why -> run.get().letGo());
            return refusal.<Holding>map(Refused::new).orElse(run.get());
        } catch (RuntimeException e) {
            run.get().letGo();
            throw e;
        }
    }

    /** Empty if somebody else was quicker and the watch has said so. */
    private Optional<Run> assume(
            Taken taken, BindingPlugins plugins, Assignment assignment, Optional<String> nominated) {
        PodInfo pod = assignment.pod();
        if (nominated.isPresent() && !nominated.get().equals(assignment.node())) {
            failures.nominations().end(pod.pod());
        }
        if (!cache.assume(pod, assignment.node())) {
            queue.done(taken);
            return Optional.empty();
        }
        groups.placed(pod);
        bindings.decided(pod);
        return Optional.of(new Run(taken, plugins, assignment, nominated));
    }

    /** Takes a binding back that has not been sent; false if there is none. */
    boolean callOff(PodInfo pod) {
        boolean was = bindings.callOff(pod);
        if (was) {
            waiting.breakOff(pod.uid());
            breakOff(pod.uid());
        }
        return was;
    }

    /** What PreBind waits for is of no use to the pod any more. */
    void breakOff(String uid) {
        Thread thread = preparing.get(uid);
        if (thread != null) {
            thread.interrupt();
        }
    }

    /** Pods that wait for permits, or in PreBind, go back. */
    @Override
    public void close() {
        waiting.all().forEach(pod -> callOff(pod.assignment().pod()));
        preparing.values().forEach(Thread::interrupt);
    }

    /** The way of one pod. */
    private final class Run implements Runnable, Held {
        private final Taken taken;
        private final BindingPlugins plugins;
        private final Assignment assignment;
        private final Optional<String> nominated;

        Run(Taken taken, BindingPlugins plugins, Assignment assignment, Optional<String> nominated) {
            this.taken = taken;
            this.plugins = plugins;
            this.assignment = assignment;
            this.nominated = nominated;
        }

        @Override
        public Taken taken() {
            return taken;
        }

        @Override
        public void go() {
            Thread.ofVirtual().name("bind-" + assignment.pod().key()).start(this);
        }

        @Override
        public void letGo() {
            bindings.callOff(assignment.pod());
            waiting.remove(assignment.pod().uid());
            undo();
        }

        /** On the thread that decides; false if the pod does not go on. */
        boolean admit() {
            if (plugins.reserves().isEmpty() && plugins.permits().isEmpty()) {
                return true;
            }
            try {
                Optional<Refusal> refusal = reserve().or(this::permit);
                refusal.ifPresent(this::refused);
                return refusal.isEmpty();
            } catch (RuntimeException e) {
                bindings.callOff(assignment.pod());
                failed(e);
                return false;
            }
        }

        private ProfileMetrics metrics() {
            return failures.metrics().of(assignment.pod().schedulerName());
        }

        /** Times the plugins of one point. */
        private <E extends Exception> Optional<Refusal> timed(Point point, List<?> called, Calls<E> calls) throws E {
            if (called.isEmpty()) {
                return Optional.empty();
            }
            long begin = clock.nanoTime();
            Optional<Refusal> refusal = calls.make();
            metrics().called(point, begin, refusal.isEmpty());
            return refusal;
        }

        private Optional<Refusal> reserve() {
            return timed(Point.RESERVE, plugins.reserves(), this::askReserves);
        }

        private Optional<Refusal> askReserves() {
            for (ReservePlugin plugin : plugins.reserves()) {
                Optional<String> reason = plugin.reserve(assignment);
                if (reason.isPresent()) {
                    return Optional.of(new Refusal(plugin.name(), reason.get()));
                }
            }
            return Optional.empty();
        }

        @Override
        public Optional<Refusal> permit() {
            return timed(Point.PERMIT, plugins.permits(), this::askPermits);
        }

        private Optional<Refusal> askPermits() {
            Map<String, Duration> waits = new HashMap<>();
            for (PermitPlugin plugin : plugins.permits()) {
                switch (plugin.permit(assignment, waiting)) {
                    case Permit.Allow allow -> {}
                    case Permit.Reject reject -> {
                        return Optional.of(new Refusal(plugin.name(), reject.reason()));
                    }
                    case Permit.Wait wait -> waits.put(plugin.name(), wait.timeout());
                }
            }
            if (!waits.isEmpty()) {
                waiting.add(assignment, waits);
            }
            return Optional.empty();
        }

        @Override
        public void run() {
            PodInfo pod = assignment.pod();
            try {
                Optional<Refusal> refusal = awaitPermits();
                if (refusal.isEmpty()) {
                    refusal = preBind();
                }
                if (refusal.isPresent()) {
                    refused(refusal.get());
                    return;
                }
                if (!bindings.send(pod)) {
                    calledOff();
                    return;
                }
                timed(Point.BIND, plugins.binds(), () -> {
                    bind();
                    return Optional.empty();
                });
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                bindings.callOff(pod);
                calledOff();
                return;
            } catch (RuntimeException e) {
                bindings.callOff(pod);
                failed(e);
                return;
            }
            bound();
        }

        private Optional<Refusal> awaitPermits() throws InterruptedException {
            String uid = assignment.pod().uid();
            if (plugins.permits().isEmpty() || waiting.get(uid).isEmpty()) {
                return Optional.empty();
            }
            long begin = clock.nanoTime();
            Optional<Refusal> refusal = waiting.await(uid);
            metrics().waited(begin, refusal.isEmpty());
            return refusal;
        }

        private Optional<Refusal> preBind() throws InterruptedException {
            if (plugins.preBinds().isEmpty()) {
                return Optional.empty();
            }
            String uid = assignment.pod().uid();
            preparing.put(uid, Thread.currentThread());
            try {
                // Whoever called it off before has found nobody to tell.
                return bindings.isDecided(assignment.pod())
                        ? timed(Point.PRE_BIND, plugins.preBinds(), this::prepare)
                        : Optional.empty();
            } finally {
                preparing.remove(uid);
            }
        }

        private Optional<Refusal> prepare() throws InterruptedException {
            List<PreBindPlugin> preBinds = plugins.preBinds();
            for (int i = 0; i < preBinds.size(); i++) {
                Optional<String> reason = preBind(preBinds.get(i));
                if (reason.isPresent()) {
                    return Optional.of(new Refusal(preBinds.get(i).name(), reason.get()));
                }
            }
            return Optional.empty();
        }

        private Optional<String> preBind(PreBindPlugin plugin) throws InterruptedException {
            try {
                return plugin.preBind(assignment);
            } catch (IllegalStateException e) {
                throw new IllegalStateException(
                        "running PreBind plugin \"" + plugin.name() + "\": " + e.getMessage(), e);
            }
        }

        private void bind() {
            List<BindPlugin> binds = plugins.binds();
            for (int i = 0; i < binds.size(); i++) {
                if (binds.get(i).bind(assignment)) {
                    return;
                }
            }
            throw new IllegalStateException("no Bind plugin has bound it");
        }

        private void bound() {
            PodInfo pod = assignment.pod();
            queue.done(taken);
            metrics().attempt(taken, Result.SCHEDULED);
            failures.events()
                    .of(pod)
                    .normal(pod.pod(), "Scheduled", "Successfully assigned " + pod.key() + " to " + assignment.node());
            timed(Point.POST_BIND, plugins.postBinds(), () -> {
                postBind();
                return Optional.empty();
            });
        }

        private void postBind() {
            PodInfo pod = assignment.pod();
            for (PostBindPlugin plugin : plugins.postBinds()) {
                try {
                    plugin.postBind(assignment);
                } catch (RuntimeException e) {
                    LOG.warn("{} failed after {} was bound", plugin.name(), pod.key(), e);
                }
            }
        }

        private void refused(Refusal refusal) {
            if (!bindings.callOff(assignment.pod())) {
                calledOff();
                return;
            }
            LOG.debug("{} does not go to {}: {}", assignment.pod().key(), assignment.node(), refusal);
            undo();
            failures.refused(taken, refusal);
            queue.changed(PodChange.removed(assignment.pod().pod()));
        }

        /** The pod has lost its node to a more important one before anybody knew of it: it looks for another. */
        private void calledOff() {
            undo();
            evictions.seen(assignment.pod().uid());
            failures.failed(taken);
            queue.changed(PodChange.removed(assignment.pod().pod()));
        }

        private void failed(RuntimeException e) {
            PodInfo pod = assignment.pod();
            undo();
            nominated.ifPresent(place -> cache.nominate(pod, place));
            if (e instanceof ApiError error && (error.is(Reason.NotFound) || error.is(Reason.Conflict))) {
                LOG.debug("Binding {} to {}: {}", pod.key(), assignment.node(), e.getMessage());
                failures.recheck(taken);
            } else {
                LOG.warn("Binding {} to {} failed: {}", pod.key(), assignment.node(), e.getMessage());
                failures.events().of(pod).warning(pod.pod(), "FailedScheduling", String.valueOf(e.getMessage()));
                failures.failed(taken);
            }
            queue.changed(PodChange.removed(pod.pod()));
        }

        private void undo() {
            for (int i = plugins.reserves().size() - 1; i >= 0; i--) {
                ReservePlugin plugin = plugins.reserves().get(i);
                try {
                    plugin.unreserve(assignment);
                } catch (RuntimeException e) {
                    LOG.warn(
                            "{} did not unreserve {}",
                            plugin.name(),
                            assignment.pod().key(),
                            e);
                }
            }
            cache.forget(assignment.pod());
            if (!cache.isPlaced(assignment.pod().uid())) {
                groups.displaced(assignment.pod());
            }
        }
    }
}

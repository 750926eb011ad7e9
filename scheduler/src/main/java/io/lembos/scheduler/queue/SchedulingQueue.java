package io.lembos.scheduler.queue;

import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.framework.ClusterChange;
import io.lembos.scheduler.framework.EventResource;
import io.lembos.scheduler.framework.PodChange;
import io.lembos.scheduler.framework.PreEnqueuePlugin;
import io.lembos.scheduler.framework.QueueSort;
import io.lembos.scheduler.framework.QueueingHint;
import io.lembos.scheduler.queue.QueuePlugins.Ask;
import io.lembos.scheduler.queue.QueuedPod.Where;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Pods that wait for a node, as kube-scheduler keeps them: <em>active</em> ones in the order of the {@link QueueSort}, ones
 * in <em>back-off</em> after a failed attempt, <em>unschedulable</em> ones, which wait for a change that may help them, and
 * <em>gated</em> ones, which a plugin keeps aside.
 *
 * <p>A rejected pod remembers who rejected it; a change wakes it only if the {@link QueueingHint} of one of those says so
 * (KEP-4247). Changes that come while a pod is in flight are asked about when it comes back. A pod that failed in error is
 * tried again after its back-off and not before; one that was rejected is taken out of back-off when nobody else waits.
 *
 * <p>Bounded by the pods of the cluster. All state, that of the package's other classes too, is guarded by {@code lock};
 * hints and gates are asked under it.
 */
public final class SchedulingQueue {
    private static final Duration FLUSH_INTERVAL = Duration.ofSeconds(30);
    private static final int CHANGES_MAX = 10_000;

    private final Clock clock;
    private final QueueSettings settings;
    private final QueuePlugins plugins;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition available = lock.newCondition();
    private final Map<ObjectKey, QueuedPod> pods = new HashMap<>();
    private final TreeSet<QueuedPod> active;
    private final BackoffQueue backoff;
    private final WaitingPods unschedulable = new WaitingPods();
    private final WaitingPods gated = new WaitingPods();
    private final InFlightChanges inFlight = new InFlightChanges(CHANGES_MAX);
    private final QueuedGroups groups = new QueuedGroups();
    private final Help help;
    private final IncomingCounts incoming = new IncomingCounts();
    private final Alarm backoffEnds;
    private final Alarm flush;
    private long sequence;
    private boolean closed;

    /**
     * A pod taken for a decision, to be given back by {@link #unschedulable}, {@link #failed} or {@link #done}.
     *
     * @param attempt 1 for the first
     * @param enteredNanos when it first came to be tried
     * @param takenNanos when this attempt began
     */
    public record Taken(PodInfo pod, int attempt, long enteredNanos, long takenNanos) {}

    public SchedulingQueue(Clock clock, QueueSettings settings, QueueSort sort, QueuePlugins plugins) {
        this.clock = clock;
        this.settings = settings;
        this.plugins = plugins;
        help = new Help(plugins, inFlight);
        Comparator<QueuedPod> order = (a, b) -> sort.compare(a, b);
        order = order.thenComparingLong(pod -> pod.sequence);
        active = new TreeSet<>(order);
        backoff = new BackoffQueue(order);
        backoffEnds = new Alarm(clock, this::endBackoffs);
        flush = new Alarm(clock, this::flushLeftovers);
    }

    /** Adds a new pod; of one that is here, takes over the newer state. */
    public void put(PodInfo pod) {
        lock.lock();
        try {
            QueuedPod present = pods.get(pod.key());
            if (present != null && present.pod.uid().equals(pod.uid())) {
                replace(present, pod);
                return;
            }
            remove(pod.key());
            QueuedPod fresh = new QueuedPod(pod);
            stamp(fresh);
            fresh.readyNanos = fresh.sinceNanos;
            pods.put(pod.key(), fresh);
            groups.add(fresh);
            requeue(fresh, Where.ACTIVE, Incoming.POD_ADD);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes over a newer state of a pod that is here, and tries it again if that may help it.
     *
     * @param change may have no actions, if nothing matters of what is different
     * @return whether it is here
     */
    public boolean update(PodChange change) {
        return locked(() -> {
            QueuedPod present = pods.get(change.after().key());
            if (present == null || !change.isOf(present.pod)) {
                return false;
            }
            replace(present, change.after());
            boolean matters = !change.actions().isEmpty();
            if (matters && present.where == Where.IN_FLIGHT) {
                inFlight.add(change);
            } else if (matters && isAside(present) && help.mayComeOf(change, present)) {
                requeue(present, ready(present), change.label());
            }
            return true;
        });
    }

    public void remove(ObjectKey key) {
        lock.lock();
        try {
            QueuedPod present = pods.remove(key);
            if (present != null) {
                leave(present);
                groups.remove(present);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Something happened: pods whom it may help are tried again, at once or when their back-off ends. */
    public void changed(ClusterChange change) {
        lock.lock();
        try {
            inFlight.add(change);
            for (Ask ask : plugins.asks(change)) {
                help.among(unschedulable, ask, change).forEach(pod -> requeue(pod, ready(pod), change.label()));
                help.among(gated, ask, change).forEach(pod -> requeue(pod, ready(pod), change.label()));
            }
            if (change.resource() != EventResource.UNSCHEDULED_POD) {
                for (QueuedPod pod : unschedulable.rejectedBy(Rejector.UNKNOWN)) {
                    if (!pod.isItself(change)) {
                        requeue(pod, ready(pod), change.label());
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** A plugin wants these tried now, back-off or not; one in flight is tried again after that. */
    public void activate(Collection<ObjectKey> keys) {
        lock.lock();
        try {
            for (ObjectKey key : keys) {
                QueuedPod present = pods.get(key);
                if (present != null && present.where == Where.IN_FLIGHT) {
                    present.activated = true;
                } else if (present != null && present.where != Where.ACTIVE) {
                    requeue(present, Where.ACTIVE, Incoming.FORCE_ACTIVATE);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next pod; empty once closed. */
    public Optional<Taken> take() throws InterruptedException {
        lock.lock();
        try {
            while (!closed) {
                QueuedPod next = next();
                if (next != null) {
                    return Optional.of(fly(next));
                }
                available.await();
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes all pods of the group of one that has been taken, wherever they wait, in the order in which they are to be tried;
     * itself among them. Those that a plugin keeps aside by now stay behind, so there may be none.
     */
    public List<Taken> takeGroup(Taken first) {
        return locked(() -> {
            List<QueuedPod> members = new ArrayList<>();
            QueuedPod taken = inFlight(first);
            for (QueuedPod each : groups.of(first.pod().group().orElseThrow())) {
                if (each.where == Where.IN_FLIGHT && each != taken) {
                    continue;
                }
                if (plugins.closedGate(each.pod).isPresent()) {
                    requeue(each, Where.ACTIVE, Incoming.ATTEMPT_FAILURE);
                    continue;
                }
                if (each != taken) {
                    fly(each);
                }
                members.add(each);
            }
            return QueuedGroups.inOrder(members).stream().map(this::taken).toList();
        });
    }

    /** Which plugin keeps a pod aside that is here, and why. */
    public Optional<KeptAside> keptAside(ObjectKey key) {
        return locked(() -> Optional.ofNullable(pods.get(key))
                .filter(pod -> pod.where == Where.GATED)
                .flatMap(pod -> plugins.closedGate(pod.pod).flatMap(gate -> KeptAside.by(gate, pod.pod))));
    }

    private Taken fly(QueuedPod pod) {
        leave(pod);
        pod.where = Where.IN_FLIGHT;
        enter(pod);
        pod.attempts++;
        inFlight.begin(pod.pod.uid());
        return taken(pod);
    }

    private Taken taken(QueuedPod pod) {
        return new Taken(pod.pod, pod.attempts, pod.enteredNanos, clock.nanoTime());
    }

    /**
     * Gives back a pod that no node can take; it waits for a change that may help it.
     *
     * @param rejectedBy the plugins that objected; any change may help when nobody did, as when there are no nodes
     */
    public void unschedulable(Taken taken, Set<String> rejectedBy) {
        lock.lock();
        try {
            QueuedPod pod = inFlight(taken);
            if (pod == null) {
                return;
            }
            pod.rejections++;
            pod.errorsInRow = 0;
            pod.rejectedBy = plugins.rejectors(pod.pod, rejectedBy);
            boolean again = pod.activated || help.wasMissedBy(pod);
            comesBack(pod, pod.rejections);
            if (again) {
                requeue(pod, ready(pod), Incoming.ATTEMPT_FAILURE);
            } else {
                place(pod, Where.UNSCHEDULABLE, Incoming.ATTEMPT_FAILURE);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives back a pod whose attempt failed for a reason that lies not in the pod; it is tried again after its back-off. */
    public void failed(Taken taken) {
        lock.lock();
        try {
            QueuedPod pod = inFlight(taken);
            if (pod != null) {
                pod.errorsInRow++;
                comesBack(pod, pod.errorsInRow);
                requeue(pod, ready(pod), Incoming.ATTEMPT_FAILURE);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The pod is decided and bound: forget it. */
    public void done(Taken taken) {
        lock.lock();
        try {
            QueuedPod pod = inFlight(taken);
            if (pod != null) {
                remove(taken.pod().key());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Pods that wait now or are in flight. */
    public int size() {
        return locked(() -> pods.size());
    }

    public QueueCounts counts() {
        return locked(() -> new QueueCounts(active.size(), backoff.size(), unschedulable.size(), gated.size()));
    }

    /** How many waiting pods each plugin has rejected. */
    public List<Rejections> rejections() {
        return locked(() -> Stream.of(unschedulable, gated)
                .flatMap(each -> each.rejections().stream())
                .toList());
    }

    /** How many changes are kept for pods in flight, by their labels. */
    public Map<String, Long> inFlightChanges() {
        return locked(() -> inFlight.byLabel());
    }

    /** How many pods have come into which part of the queue, and why. */
    public Map<Incoming, Long> incoming() {
        return locked(() -> incoming.all());
    }

    private <T> T locked(Supplier<T> reading) {
        lock.lock();
        try {
            return reading.get();
        } finally {
            lock.unlock();
        }
    }

    public void close() {
        lock.lock();
        try {
            closed = true;
            backoffEnds.close();
            flush.close();
            available.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private QueuedPod next() {
        if (!active.isEmpty()) {
            return active.first();
        }
        QueuedPod early = backoff.firstEarly();
        if (early != null) {
            incoming.add(Where.ACTIVE, Incoming.POP_FROM_BACKOFF);
        }
        return early;
    }

    private QueuedPod inFlight(Taken taken) {
        QueuedPod present = pods.get(taken.pod().key());
        boolean same = present != null
                && present.where == Where.IN_FLIGHT
                && present.pod.uid().equals(taken.pod().uid());
        return same ? present : null;
    }

    private void comesBack(QueuedPod pod, int failures) {
        leave(pod);
        pod.activated = false;
        stamp(pod);
        pod.readyNanos = pod.sinceNanos + settings.backoff(failures).toNanos();
    }

    private void stamp(QueuedPod pod) {
        pod.sinceNanos = clock.nanoTime();
        pod.sequence = sequence++;
    }

    /** Where a pod goes that is to be tried again. */
    private Where ready(QueuedPod pod) {
        return pod.readyNanos > clock.nanoTime() ? Where.BACKOFF : Where.ACTIVE;
    }

    /** Puts a pod where it will be tried again, unless a plugin keeps it aside. */
    private void requeue(QueuedPod pod, Where where, String event) {
        leave(pod);
        Optional<PreEnqueuePlugin> gate = plugins.closedGate(pod.pod);
        gate.ifPresent(plugin -> pod.rejectedBy = Set.of(plugins.rejector(pod.pod, plugin.name())));
        place(pod, gate.isPresent() ? Where.GATED : where, event);
    }

    private void place(QueuedPod pod, Where where, String event) {
        if (pod.where != where) {
            incoming.add(where, event);
        }
        pod.where = where;
        enter(pod);
    }

    private void enter(QueuedPod pod) {
        if (!pod.entered && pod.where != Where.GATED) {
            pod.entered = true;
            pod.enteredNanos = clock.nanoTime();
        }
        switch (pod.where) {
            case ACTIVE -> {
                active.add(pod);
                available.signal();
            }
            case BACKOFF -> {
                backoff.add(pod);
                backoff.nextNanos().ifPresent(backoffEnds::at);
                available.signal();
            }
            case UNSCHEDULABLE -> {
                unschedulable.add(pod);
                armFlush();
            }
            case GATED -> gated.add(pod);
            case IN_FLIGHT -> {}
        }
    }

    private void leave(QueuedPod pod) {
        switch (pod.where) {
            case null -> {}
            case ACTIVE -> active.remove(pod);
            case BACKOFF -> {
                backoff.remove(pod);
                if (backoff.isEmpty()) {
                    backoffEnds.clear();
                }
            }
            case UNSCHEDULABLE -> {
                unschedulable.remove(pod);
                armFlush();
            }
            case GATED -> gated.remove(pod);
            case IN_FLIGHT -> inFlight.end(pod.pod.uid());
        }
    }

    /** The newer state may change its place in the order. */
    private void replace(QueuedPod present, PodInfo newer) {
        if (present.where == Where.IN_FLIGHT || isAside(present)) {
            present.pod = newer;
        } else {
            leave(present);
            present.pod = newer;
            enter(present);
        }
    }

    private static boolean isAside(QueuedPod pod) {
        return pod.where == Where.UNSCHEDULABLE || pod.where == Where.GATED;
    }

    private void endBackoffs() {
        lock.lock();
        try {
            backoffEnds.clear();
            long now = clock.nanoTime();
            for (QueuedPod pod = backoff.firstEnded(now); pod != null; pod = backoff.firstEnded(now)) {
                leave(pod);
                place(pod, Where.ACTIVE, Incoming.BACKOFF_COMPLETE);
            }
            backoff.nextNanos().ifPresent(backoffEnds::at);
        } finally {
            lock.unlock();
        }
    }

    private void flushLeftovers() {
        lock.lock();
        try {
            flush.clear();
            long now = clock.nanoTime();
            for (QueuedPod pod = unschedulable.oldest();
                    pod != null && leftoverNanos(pod) <= now;
                    pod = unschedulable.oldest()) {
                requeue(pod, ready(pod), Incoming.TIMEOUT);
            }
            armFlush();
        } finally {
            lock.unlock();
        }
    }

    /** Not more often than every 30 s, so that pods are flushed many at a time. */
    private void armFlush() {
        QueuedPod oldest = unschedulable.oldest();
        if (oldest == null) {
            flush.clear();
        } else {
            flush.at(Math.max(leftoverNanos(oldest), clock.nanoTime() + FLUSH_INTERVAL.toNanos()));
        }
    }

    private long leftoverNanos(QueuedPod pod) {
        return pod.sinceNanos + settings.podMaxInUnschedulable().toNanos();
    }
}

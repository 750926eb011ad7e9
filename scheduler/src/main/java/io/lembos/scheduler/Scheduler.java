package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.config.ProfileConfiguration;
import io.lembos.scheduler.config.SchedulerConfiguration;
import io.lembos.scheduler.cycle.BindingPlugins;
import io.lembos.scheduler.cycle.Decision;
import io.lembos.scheduler.cycle.Profile;
import io.lembos.scheduler.cycle.SchedulingCycle;
import io.lembos.scheduler.cycle.WayOut;
import io.lembos.scheduler.explain.Attempt;
import io.lembos.scheduler.explain.AttemptLog;
import io.lembos.scheduler.explain.Explanations;
import io.lembos.scheduler.extender.HttpExtender;
import io.lembos.scheduler.framework.Assignment;
import io.lembos.scheduler.framework.Nomination;
import io.lembos.scheduler.framework.WaitingPods;
import io.lembos.scheduler.gang.GangScheduling;
import io.lembos.scheduler.gang.PodGroupStatusWriter;
import io.lembos.scheduler.gang.PodGroups;
import io.lembos.scheduler.metrics.Point;
import io.lembos.scheduler.metrics.SchedulerMetrics;
import io.lembos.scheduler.permit.WaitingPodsMap;
import io.lembos.scheduler.plugins.ClaimWaits;
import io.lembos.scheduler.plugins.DefaultBinder;
import io.lembos.scheduler.plugins.VolumeBinder;
import io.lembos.scheduler.plugins.dynamicresources.Confirmations;
import io.lembos.scheduler.plugins.dynamicresources.DynamicResources;
import io.lembos.scheduler.preemption.DefaultPreemption;
import io.lembos.scheduler.preemption.Eviction;
import io.lembos.scheduler.preemption.Evictions;
import io.lembos.scheduler.queue.Incoming;
import io.lembos.scheduler.queue.QueueCounts;
import io.lembos.scheduler.queue.SchedulingQueue;
import io.lembos.scheduler.status.PodStatusWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives every pod a node that names one of its profiles in {@code spec.schedulerName}; other pods are none of its business.
 *
 * <p>One virtual thread decides, pod after pod; each decision is assumed in the cache at once, and a virtual thread of its
 * own binds it, so that a slow API server never delays the next decision. A failed binding takes the assumption back and
 * the pod is tried again.
 */
public final class Scheduler implements AutoCloseable {
    /** The profile of pods that name nobody. */
    public static final String NAME = "default-scheduler";

    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

    private final Client client;
    private final Clock clock;
    private final ProfileEvents events;
    private final SchedulerMetrics metrics;
    private final RandomGenerator ties;
    private final Profiles profiles;
    private final DefaultBinder binder;
    private final List<HttpExtender> extenders;
    private final SchedulerCache cache = new SchedulerCache();
    private final SchedulingQueue queue;
    private final AttemptLog attempts = new AttemptLog();
    private final Explanations explanations;
    private final Informer<Pod> pods;
    private final Informer<Node> nodes;
    private final SurroundingsWatch surroundings;
    private final StorageWatch storage;
    private final DeviceWatch devices;
    private final DynamicResources dynamicResources;
    private final BudgetWatch budgets;
    private final ClaimWaits claims;
    private final Evictions evictions;
    private final FailureHandler failures;
    private final WaitingPodsMap waiting;
    private final BindingCycle binding;
    private final PodGroups groups = new PodGroups();
    private final PodGroupWatch groupWatch;
    private final GroupCycle groupCycle;
    private Thread decider;

    /**
     * One with the default profile.
     *
     * @param ties chooses among equally good nodes
     */
    public Scheduler(Client client, Clock clock, RandomGenerator ties) {
        this(client, clock, ties, SchedulerConfiguration.DEFAULT);
    }

    /** @param ties chooses among equally good nodes */
    public Scheduler(Client client, Clock clock, RandomGenerator ties, SchedulerConfiguration configuration) {
        this.client = client;
        this.clock = clock;
        this.ties = ties;
        binder = new DefaultBinder(client, Long.toHexString(ties.nextLong()));
        Confirmations confirmations = new Confirmations();
        dynamicResources = new DynamicResources(cache, client, confirmations);
        budgets = new BudgetWatch(client, clock);
        claims = new ClaimWaits(clock);
        evictions = new Evictions(new Eviction(client, clock, this::events, this::callOff), this::retry);
        extenders = configuration.extenders().stream().map(HttpExtender::new).toList();
        List<ProfileBuilder> builders =
                configuration.profiles().stream().map(this::builder).toList();
        profiles = new Profiles(builders.stream().map(ProfileBuilder::profile).toList(), cache);
        metrics = new SchedulerMetrics(clock, profiles.schedulerNames());
        events = new ProfileEvents(client, clock, profiles.schedulerNames());
        queue = new SchedulingQueue(
                clock, configuration.queue(), builders.getFirst().queueSort(), profiles.queuePlugins());
        PodStatusWriter statuses = new PodStatusWriter(client, clock);
        Nominations nominations = new Nominations(cache, queue, statuses);
        failures = new FailureHandler(queue, nominations, metrics, events, statuses, this::pod, this::isOurs);
        waiting = new WaitingPodsMap(clock);
        binding = new BindingCycle(cache, queue, failures, evictions, waiting, groups, clock);
        groupWatch = new PodGroupWatch(client, clock, groups, queue);
        PodGroupStatusWriter groupStatuses = new PodGroupStatusWriter(client, clock, groups);
        groupCycle = new GroupCycle(queue, groups, new Members(), failures, groupStatuses);
        nodes = new Informer<>(client, Resources.NODES, ListOptions.ALL, clock)
                .addHandler(new NodeHandler(cache, queue));
        surroundings = new SurroundingsWatch(client, clock, cache);
        devices = new DeviceWatch(client, clock, cache, queue, confirmations);
        storage = new StorageWatch(client, clock, cache, queue, claims);
        explanations = new Explanations(attempts, cache::snapshot, profiles::of, this::pod, queue::keptAside);
        pods = new Informer<>(client, Resources.PODS, ListOptions.ALL, clock)
                .addHandler(new GroupPodHandler(groups))
                .addHandler(new PodHandler(cache, queue, this::isOurs, nominations, evictions))
                .addHandler(new WaitingPodHandler(waiting, binding));
    }

    private ProfileBuilder builder(ProfileConfiguration profile) {
        return new ProfileBuilder(
                profile,
                List.copyOf(extenders),
                binder,
                dynamicResources,
                timeout -> new VolumeBinder(client, cache, claims, timeout),
                groups,
                (rules, args) -> new DefaultPreemption(
                        rules, args, budgets::budgets, evictions, clock, ties, this::countVictims));
    }

    private void countVictims(int victims) {
        metrics.preempted(victims);
    }

    private boolean callOff(PodInfo pod) {
        return binding.callOff(pod);
    }

    private EventRecorder events(PodInfo pod) {
        return events.of(pod);
    }

    public void start() throws InterruptedException {
        surroundings.start();
        storage.start();
        devices.start();
        budgets.start();
        groupWatch.start();
        nodes.start();
        pods.start();
        surroundings.awaitSync();
        storage.awaitSync();
        devices.awaitSync();
        budgets.awaitSync();
        groupWatch.awaitSync();
        nodes.awaitSync();
        pods.awaitSync();
        decider = Thread.ofVirtual().name("scheduler").start(this::run);
    }

    private Optional<Pod> pod(ObjectKey key) {
        return pods.get(key);
    }

    /** Why pods are where they are. */
    public Explanations explanations() {
        return explanations;
    }

    /** Pods that have a node and wait for permission to go there. */
    public WaitingPods waitingPods() {
        return waiting;
    }

    /** For metrics: {@code pending_pods}. */
    public QueueCounts pendingPods() {
        return queue.counts();
    }

    /** For metrics: {@code queue_incoming_pods_total}. */
    public Map<Incoming, Long> incomingPods() {
        return queue.incoming();
    }

    /** Lets others read what the scheduler counts. */
    public void publish(PrometheusRegistry registry) {
        metrics.register(
                registry,
                new SchedulerMetrics.Readings(
                        queue::counts, queue::incoming, queue::rejections, queue::inFlightChanges, cache::sizes));
    }

    @Override
    public void close() {
        queue.close();
        binding.close();
        pods.close();
        nodes.close();
        surroundings.close();
        storage.close();
        devices.close();
        budgets.close();
        groupWatch.close();
        events.close();
        extenders.forEach(HttpExtender::close);
        if (decider != null) {
            decider.interrupt();
        }
    }

    private void run() {
        try {
            for (var taken = queue.take(); taken.isPresent(); taken = queue.take()) {
                if (taken.get().pod().group().isPresent()) {
                    groupCycle.run(taken.get());
                } else {
                    decide(taken.get());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void decide(SchedulingQueue.Taken taken) {
        try {
            // Before the snapshot, so that whatever is said to be seen has been counted.
            String observed = pods.resourceVersion();
            PodInfo pod = taken.pod();
            SchedulingCycle cycle = profiles.cycle(pod);
            Optional<String> nominated = cache.nominatedNode(pod.uid());
            Snapshot snapshot = cache.snapshot();
            switch (timed(cycle, pod, nominated, snapshot)) {
                case Decision.Chosen chosen -> {
                    remember(taken, cycle.profile(), snapshot, chosen);
                    Assignment assignment = new Assignment(pod, chosen.node(), observed);
                    binding.begin(taken, cycle.profile().binding(), assignment, nominated);
                }
                case Decision.Unschedulable unschedulable -> {
                    WayOut wayOut = wayOut(cycle.profile(), pod, snapshot, unschedulable, nominated);
                    remember(
                            taken,
                            cycle.profile(),
                            snapshot,
                            new Decision.Unschedulable(wayOut.diagnosis(), unschedulable.resolvable()));
                    failures.unschedulable(taken, wayOut.diagnosis(), wayOut.nomination());
                }
            }
        } catch (RuntimeException e) {
            LOG.error("Deciding on {} failed", taken.pod().key(), e);
            failures.failed(taken);
        }
    }

    private Decision timed(SchedulingCycle cycle, PodInfo pod, Optional<String> nominated, Snapshot snapshot) {
        long begin = clock.nanoTime();
        Decision decision = cycle.run(pod, nominated, snapshot, ties);
        metrics.of(pod.schedulerName()).decided(begin);
        return decision;
    }

    private WayOut wayOut(
            Profile profile,
            PodInfo pod,
            Snapshot snapshot,
            Decision.Unschedulable decision,
            Optional<String> nominated) {
        long begin = clock.nanoTime();
        WayOut wayOut = WayOut.search(profile, pod, snapshot, decision, nominated);
        boolean found = wayOut.nomination() instanceof Nomination.Node;
        metrics.of(pod.schedulerName()).called(Point.POST_FILTER, begin, found);
        return wayOut;
    }

    /** Decides for pods of groups, each on what is there by then. */
    private final class Members implements GroupCycle.Decider {
        @Override
        public BindingPlugins plugins(SchedulingQueue.Taken taken) {
            return profiles.cycle(taken.pod()).profile().binding();
        }

        @Override
        public void undone(SchedulingQueue.Taken taken) {
            attempts.undo(taken.pod().key(), GangScheduling.NAME, GangScheduling.WAITING);
        }

        /** A gang does not make others go: it might not come to use their room. */
        @Override
        public GroupCycle.Found decide(SchedulingQueue.Taken taken, boolean inGang) {
            String observed = pods.resourceVersion();
            PodInfo pod = taken.pod();
            SchedulingCycle cycle = profiles.cycle(pod);
            Optional<String> nominated = cache.nominatedNode(pod.uid());
            Snapshot snapshot = cache.snapshot();
            switch (timed(cycle, pod, nominated, snapshot)) {
                case Decision.Chosen chosen -> {
                    remember(taken, cycle.profile(), snapshot, chosen);
                    Assignment assignment = new Assignment(pod, chosen.node(), observed);
                    return GroupCycle.Found.room(
                            binding.hold(taken, cycle.profile().binding(), assignment, nominated));
                }
                case Decision.Unschedulable unschedulable -> {
                    WayOut wayOut = inGang
                            ? new WayOut(unschedulable.diagnosis(), Nomination.KEEP)
                            : wayOut(cycle.profile(), pod, snapshot, unschedulable, nominated);
                    remember(
                            taken,
                            cycle.profile(),
                            snapshot,
                            new Decision.Unschedulable(wayOut.diagnosis(), unschedulable.resolvable()));
                    return GroupCycle.Found.nothing(wayOut);
                }
            }
        }
    }

    private void remember(SchedulingQueue.Taken taken, Profile profile, Snapshot snapshot, Decision decision) {
        attempts.add(new Attempt(clock.now(), taken.attempt(), profile, taken.pod(), snapshot, decision));
    }

    private void retry(ObjectKey pod) {
        queue.activate(List.of(pod));
    }

    private boolean isOurs(Pod pod) {
        boolean unassigned = pod.getSpec().getNodeName() == null
                || pod.getSpec().getNodeName().isEmpty();
        return unassigned
                && profiles.mean(pod)
                && pod.getMetadata().getDeletionTimestamp() == null
                && !SchedulerCache.hasEnded(pod);
    }
}

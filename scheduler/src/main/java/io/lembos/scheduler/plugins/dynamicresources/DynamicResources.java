package io.lembos.scheduler.plugins.dynamicresources;

import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import io.lembos.api.client.Client;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.cycle.Decision;
import io.lembos.scheduler.cycle.PostFilterPlugin;
import io.lembos.scheduler.devices.ClaimState;
import io.lembos.scheduler.devices.Devices;
import io.lembos.scheduler.devices.PodClaims;
import io.lembos.scheduler.framework.Assignment;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.NodeLocal;
import io.lembos.scheduler.framework.NodeScorer;
import io.lembos.scheduler.framework.Normalisation;
import io.lembos.scheduler.framework.PostBindPlugin;
import io.lembos.scheduler.framework.PreBindPlugin;
import io.lembos.scheduler.framework.PreEnqueuePlugin;
import io.lembos.scheduler.framework.ReservePlugin;
import io.lembos.scheduler.framework.ScorePlugin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives devices to the claims of pods, as kube-scheduler does ({@code plugins/dynamicresources}). A node will do if there
 * are devices for all claims of a pod that have none yet, and if it can use those that the others have. What is decided is
 * counted in the cache at once, so that two pods under way never get one device; it is written before the pod is bound.
 *
 * <p>Another scheduler may write at the same moment that it has given the same device away. Both writes succeed; the watch
 * shows them to both schedulers in one order, and the pod whose claim comes second gives the device back. So a pod is bound
 * only after the watch has shown what was written for it.
 */
public final class DynamicResources
        implements PreEnqueuePlugin,
                FilterPlugin,
                ScorePlugin,
                NodeLocal,
                PostFilterPlugin,
                ReservePlugin,
                PreBindPlugin,
                PostBindPlugin {
    private static final Logger LOG = LoggerFactory.getLogger(DynamicResources.class);

    private final SchedulerCache cache;
    private final ClaimWriter writer;
    private final Confirmations confirmations;
    private final DeviceFit fit = new DeviceFit();
    /** By the uid of the pod that is under way. */
    private final Map<String, Reservation> reservations = new ConcurrentHashMap<>();

    /** What a pod under way has been promised. */
    private static final class Reservation {
        private final List<Part> parts;
        private volatile boolean written;

        Reservation(List<Part> parts) {
            this.parts = List.copyOf(parts);
        }
    }

    /** @param allocation empty if the claim had something before */
    private record Part(ClaimState claim, Optional<AllocationResult> allocation) {}

    /** @param confirmations told of each change of a claim in the cache */
    public DynamicResources(SchedulerCache cache, Client client, Confirmations confirmations) {
        this.cache = cache;
        this.writer = new ClaimWriter(client);
        this.confirmations = confirmations;
    }

    @Override
    public String name() {
        return fit.name();
    }

    @Override
    public Optional<String> preEnqueue(PodInfo pod) {
        return DeviceFit.isConcerned(pod) ? claims(pod, cache.snapshot()).problem() : Optional.empty();
    }

    private static PodClaims claims(PodInfo pod, Snapshot snapshot) {
        return snapshot.surroundings().devices().claims(pod.pod());
    }

    @Override
    public Filtering preFilter(PodInfo pod, Snapshot snapshot) {
        return fit.preFilter(pod, snapshot);
    }

    @Override
    public Optional<NodeScorer> preScore(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        return fit.preScore(pod, snapshot, feasible);
    }

    @Override
    public Normalisation normalisation() {
        return fit.normalisation();
    }

    @Override
    public Result postFilter(
            PodInfo pod, Snapshot snapshot, Decision.Unschedulable decision, Optional<String> nominated) {
        if (!DeviceFit.isConcerned(pod) || !(fit.prepare(pod, snapshot) instanceof Preparation.Ready ready)) {
            return Result.waiting("no new claims to deallocate");
        }
        boolean outOfReach = decision.diagnosis().reasons().containsKey(ClaimFilter.OUT_OF_REACH);
        Optional<ClaimState> useless = outOfReach ? ready.filter().unreachable(pod.uid(), snapshot) : Optional.empty();
        if (useless.isEmpty()) {
            return Result.waiting("still not schedulable");
        }
        Thread.ofVirtual().name("deallocate-" + useless.get().key()).start(() -> deallocate(useless.get(), pod));
        return Result.waiting("deallocation of ResourceClaim completed");
    }

    private void deallocate(ClaimState claim, PodInfo pod) {
        try {
            writer.deallocate(claim, pod);
        } catch (RuntimeException e) {
            LOG.warn("Claim {} keeps what pod {} cannot use: {}", claim.key(), pod.key(), e.getMessage());
        }
    }

    @Override
    public Optional<String> reserve(Assignment assignment) {
        PodInfo pod = assignment.pod();
        if (!DeviceFit.isConcerned(pod)) {
            return Optional.empty();
        }
        Snapshot snapshot = cache.snapshot();
        Optional<NodeInfo> node = snapshot.node(assignment.node());
        if (node.isEmpty()) {
            return Optional.of("node " + assignment.node() + " is gone");
        }
        return switch (fit.prepare(pod, snapshot)) {
            case Preparation.Unneeded no -> Optional.empty();
            case Preparation.Rejects no ->
                Optional.of(no.why().objections().getFirst().reason());
            case Preparation.Ready ready -> reserve(assignment, ready.filter(), node.get());
        };
    }

    private Optional<String> reserve(Assignment assignment, ClaimFilter filter, NodeInfo node) {
        Optional<List<AllocationResult>> allocations = filter.allocations(node);
        if (allocations.isEmpty()) {
            return Optional.of(ClaimFilter.NOTHING_LEFT);
        }
        List<Part> parts = new ArrayList<>();
        filter.allocated().forEach(claim -> parts.add(new Part(claim, Optional.empty())));
        for (int i = 0; i < allocations.get().size(); i++) {
            parts.add(
                    new Part(filter.open().get(i), Optional.of(allocations.get().get(i))));
        }
        reservations.put(assignment.pod().uid(), new Reservation(parts));
        for (Part part : parts) {
            if (part.allocation().isPresent()
                    && !take(part.claim(), part.allocation().get())) {
                return Optional.of(ClaimFilter.NOTHING_LEFT);
            }
        }
        return Optional.empty();
    }

    /** False if somebody else was quicker since the decision. */
    private boolean take(ClaimState claim, AllocationResult allocation) {
        boolean[] taken = {false};
        cache.devices(devices -> {
            Optional<Devices.Change> change = devices.pending(claim, allocation);
            taken[0] = change.isPresent();
            return change.orElseGet(() -> Devices.Change.none(devices));
        });
        return taken[0];
    }

    @Override
    public Optional<String> preBind(Assignment assignment) {
        Reservation reservation = reservations.get(assignment.pod().uid());
        if (reservation == null) {
            return Optional.empty();
        }
        reservation.written = true;
        for (Part part : reservation.parts) {
            if (!part.claim().isReservedFor(assignment.pod().uid())) {
                writer.reserve(part.claim().claim(), part.allocation(), assignment.pod());
            }
        }
        for (Part part : reservation.parts) {
            Optional<String> lost = confirm(part, assignment.pod());
            if (lost.isPresent()) {
                return lost;
            }
        }
        return Optional.empty();
    }

    private Optional<String> confirm(Part part, PodInfo pod) {
        try {
            confirmations.await(
                    part.claim().key(),
                    () -> present(part.claim())
                            .map(claim -> claim.isReservedFor(pod.uid()))
                            .orElse(true));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        Optional<ClaimState> claim = present(part.claim()).filter(c -> c.isReservedFor(pod.uid()));
        if (claim.isEmpty()) {
            return Optional.of("claim " + part.claim().key() + " is gone");
        }
        return claim.get().contested() && part.allocation().isPresent()
                ? Optional.of("claim " + part.claim().key() + " came second to a device")
                : Optional.empty();
    }

    /** Empty if it is gone. */
    private Optional<ClaimState> present(ClaimState claim) {
        return Optional.ofNullable(
                        cache.snapshot().surroundings().devices().claims().get(claim.key()))
                .filter(c -> c.uid().equals(claim.uid()));
    }

    @Override
    public void unreserve(Assignment assignment) {
        Reservation reservation = reservations.remove(assignment.pod().uid());
        if (reservation == null) {
            return;
        }
        for (Part part : reservation.parts) {
            if (reservation.written) {
                release(part, assignment.pod());
            }
            if (part.allocation().isPresent()) {
                cache.devices(devices ->
                        devices.notPending(part.claim(), part.allocation().get()));
            }
        }
    }

    private void release(Part part, PodInfo pod) {
        try {
            writer.release(part.claim(), pod, part.allocation().isPresent());
        } catch (RuntimeException e) {
            LOG.warn("Claim {} stays reserved for pod {}: {}", part.claim().key(), pod.key(), e.getMessage());
        }
    }

    @Override
    public void postBind(Assignment assignment) {
        reservations.remove(assignment.pod().uid());
    }

    @Override
    public List<HintedEvent> events() {
        return DynamicResourcesHints.EVENTS;
    }
}

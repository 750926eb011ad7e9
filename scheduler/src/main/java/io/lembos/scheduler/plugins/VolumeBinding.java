package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Volume;
import io.lembos.scheduler.cache.ClaimedVolume;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.cache.Storage;
import io.lembos.scheduler.framework.Assignment;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.EventResource;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.NodeLocal;
import io.lembos.scheduler.framework.Objection;
import io.lembos.scheduler.framework.PreBindPlugin;
import io.lembos.scheduler.framework.Requeues;
import io.lembos.scheduler.framework.ReservePlugin;
import io.lembos.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Wants a pod's claims to exist and to be bound, to volumes that the node can reach; for those that wait for the scheduler
 * it finds volumes that can be had on the node, and sees to it that they are bound before the pod is.
 */
public final class VolumeBinding implements FilterPlugin, NodeLocal, Requeues, ReservePlugin, PreBindPlugin {
    private static final Objection UNREACHABLE_VOLUME = Objection.of(
            "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)", "restore the volume");
    private static final Objection NOTHING_TO_BIND = Objection.of(
            "node(s) didn't find available persistent volumes to bind",
            "add a volume that fits the claim, or let its class provision one");
    private static final Objection NO_STORAGE =
            Objection.of("node(s) did not have enough free storage", "add storage, or ask for less");
    private static final String CONFLICT = "node(s) didn't match PersistentVolume's node affinity";

    private final Optional<VolumeBinder> binder;

    /** One that judges nodes and binds nothing. */
    public VolumeBinding() {
        binder = Optional.empty();
    }

    public VolumeBinding(VolumeBinder binder) {
        this.binder = Optional.of(binder);
    }

    @Override
    public String name() {
        return "VolumeBinding";
    }

    @Override
    public Filtering preFilter(PodInfo pod, Snapshot snapshot) {
        if (pod.claims().isEmpty()) {
            return Filtering.SKIP;
        }
        Storage storage = snapshot.surroundings().storage();
        List<ClaimedVolume> volumes = storage.volumes(pod);
        for (ClaimedVolume each : volumes) {
            Optional<String> wrong = objection(pod, each);
            if (wrong.isPresent()) {
                return new Filtering.Rejected(Verdict.unresolvable(wrong.get()));
            }
        }
        if (volumes.stream().anyMatch(v -> !v.isBound() && !v.isForSchedulerToBind())) {
            return new Filtering.Rejected(
                    Verdict.unresolvable("pod has unbound immediate PersistentVolumeClaims", "bind the claims"));
        }
        boolean missing =
                volumes.stream().anyMatch(v -> v.isBound() && v.volume().isEmpty());
        List<Reach> reaches = volumes.stream()
                .flatMap(v -> v.volume().stream())
                .map(Reach::of)
                .filter(Reach::isLimited)
                .toList();
        UnboundClaims unbound = UnboundClaims.of(volumes, storage.offers());
        return !missing && reaches.isEmpty() && unbound.isEmpty()
                ? Filtering.SKIP
                : new Filtering.EachNode(node -> judge(missing, reaches, unbound, node));
    }

    private static Verdict judge(boolean missing, List<Reach> reaches, UnboundClaims unbound, NodeInfo node) {
        List<Objection> objections = new ArrayList<>(0);
        for (Reach each : reaches) {
            if (!each.includes(node)) {
                objections.add(new Objection(CONFLICT, () -> each.text(node)));
                break;
            }
        }
        if (!unbound.isEmpty()) {
            objection(unbound.on(node)).ifPresent(objections::add);
        }
        if (missing) {
            objections.add(UNREACHABLE_VOLUME);
        }
        return objections.isEmpty() ? Verdict.FITS : new Verdict.Fails(false, objections);
    }

    private static Optional<Objection> objection(UnboundClaims.Outcome outcome) {
        return switch (outcome) {
            case UnboundClaims.Outcome.Found found -> Optional.empty();
            case UnboundClaims.Outcome.NoVolumes none -> Optional.of(NOTHING_TO_BIND);
            case UnboundClaims.Outcome.NoStorage none -> Optional.of(NO_STORAGE);
        };
    }

    /** What is wrong with a claim, wherever the pod is to run. */
    private static Optional<String> objection(PodInfo pod, ClaimedVolume volume) {
        String name = volume.key().name();
        boolean ephemeral = isEphemeral(pod, name);
        if (volume.claim().isEmpty()) {
            return Optional.of(
                    ephemeral
                            ? "waiting for ephemeral volume controller to create the persistentvolumeclaim \"" + name
                                    + "\""
                            : "persistentvolumeclaim \"" + name + "\" not found");
        }
        PersistentVolumeClaim claim = volume.claim().get();
        if (volume.isLost()) {
            return Optional.of("persistentvolumeclaim \"" + name + "\" bound to non-existent persistentvolume \""
                    + claim.getSpec().getVolumeName() + "\"");
        }
        if (volume.isDeleted()) {
            return Optional.of("persistentvolumeclaim \"" + name + "\" is being deleted");
        }
        return ephemeral && !volume.belongsTo(pod.uid())
                ? Optional.of("PVC " + volume.key() + " was not created for pod " + pod.key() + " (pod is not owner)")
                : Optional.empty();
    }

    private static boolean isEphemeral(PodInfo pod, String claim) {
        for (Volume volume : pod.pod().getSpec().getVolumes()) {
            if (volume.getEphemeral() != null && claim.equals(pod.key().name() + "-" + volume.getName())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Optional<String> reserve(Assignment assignment) {
        if (assignment.pod().claims().isEmpty()) {
            return Optional.empty();
        }
        // The watch may have taken away what the decision saw.
        return binder.flatMap(b -> objection(b.reserve(assignment))).map(Objection::reason);
    }

    @Override
    public Optional<String> preBind(Assignment assignment) throws InterruptedException {
        return assignment.pod().claims().isEmpty() || binder.isEmpty()
                ? Optional.empty()
                : binder.get().bind(assignment);
    }

    @Override
    public void unreserve(Assignment assignment) {
        binder.ifPresent(b -> b.release(assignment));
    }

    @Override
    public List<HintedEvent> events() {
        return List.of(
                HintedEvent.ofNodes((pod, change) -> true, EventAction.ADD, EventAction.UPDATE_NODE_LABEL),
                StorageHints.ownClaims(),
                StorageHints.ownVolumes(),
                StorageHints.any(EventResource.STORAGE_CLASS),
                StorageHints.any(EventResource.CSI_NODE),
                StorageHints.drivers(),
                StorageHints.capacities());
    }
}

package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Volume;
import io.lembos.scheduler.cache.ClaimedVolume;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.EventResource;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.NodeLocal;
import io.lembos.scheduler.framework.Objection;
import io.lembos.scheduler.framework.Requeues;
import io.lembos.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Wants a pod's claims to exist and to be bound, to volumes that the node can reach. Binds nothing itself: a claim that
 * waits for the scheduler to be bound finds no volume.
 */
public final class VolumeBinding implements FilterPlugin, NodeLocal, Requeues {
    private static final Verdict UNREACHABLE_VOLUME = Verdict.unresolvable(
            "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)", "restore the volume");
    private static final Verdict NOTHING_TO_BIND =
            Verdict.unresolvable("node(s) didn't find available persistent volumes to bind", "bind the claim");
    private static final String CONFLICT = "node(s) didn't match PersistentVolume's node affinity";

    /** What is asked of a node: one of the terms of each volume. */
    private record Reach(List<List<NodeTerm>> volumes) {
        Optional<List<NodeTerm>> unmet(NodeInfo node) {
            for (List<NodeTerm> terms : volumes) {
                if (terms.stream().noneMatch(t -> t.matches(node))) {
                    return Optional.of(terms);
                }
            }
            return Optional.empty();
        }
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
        List<ClaimedVolume> volumes = snapshot.surroundings().storage().volumes(pod);
        for (ClaimedVolume each : volumes) {
            Optional<String> wrong = objection(pod, each);
            if (wrong.isPresent()) {
                return new Filtering.Rejected(Verdict.unresolvable(wrong.get()));
            }
        }
        if (volumes.stream().anyMatch(VolumeBinding::mustBeBoundFirst)) {
            return new Filtering.Rejected(
                    Verdict.unresolvable("pod has unbound immediate PersistentVolumeClaims", "bind the claims"));
        }
        if (volumes.stream().anyMatch(v -> v.isBound() && v.volume().isEmpty())) {
            return new Filtering.EachNode(node -> UNREACHABLE_VOLUME);
        }
        Reach reach = new Reach(volumes.stream()
                .flatMap(v -> v.volume().stream())
                .flatMap(v -> terms(v).stream())
                .toList());
        boolean unbound = volumes.stream().anyMatch(v -> !v.isBound());
        return !unbound && reach.volumes().isEmpty()
                ? Filtering.SKIP
                : new Filtering.EachNode(node -> judge(reach, unbound, node));
    }

    private static Verdict judge(Reach reach, boolean unbound, NodeInfo node) {
        Optional<List<NodeTerm>> unmet = reach.unmet(node);
        if (unmet.isPresent()) {
            return new Verdict.Fails(
                    false,
                    List.of(new Objection(
                            CONFLICT,
                            () -> unmet.get().stream().map(t -> t.text(node)).collect(Collectors.joining("; or ")))));
        }
        return unbound ? NOTHING_TO_BIND : Verdict.FITS;
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

    /** Somebody else binds it; one that names its volume is not for the scheduler to bind either. */
    private static boolean mustBeBoundFirst(ClaimedVolume volume) {
        boolean named = volume.claim()
                .map(c -> c.getSpec().getVolumeName())
                .filter(n -> !n.isEmpty())
                .isPresent();
        return !volume.isBound() && (!volume.delayed() || named);
    }

    /** Empty if the volume can be reached from everywhere. */
    private static Optional<List<NodeTerm>> terms(PersistentVolume volume) {
        var affinity = volume.getSpec().getNodeAffinity();
        NodeSelector required = affinity == null ? null : affinity.getRequired();
        return required == null
                ? Optional.empty()
                : Optional.of(new ArrayList<>(NodeSelectors.terms(required.getNodeSelectorTerms())));
    }

    @Override
    public List<HintedEvent> events() {
        return List.of(
                HintedEvent.ofNodes((pod, change) -> true, EventAction.ADD, EventAction.UPDATE_NODE_LABEL),
                StorageHints.ownClaims(),
                StorageHints.ownVolumes(),
                StorageHints.any(EventResource.STORAGE_CLASS),
                StorageHints.any(EventResource.CSI_NODE));
    }
}

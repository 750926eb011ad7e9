package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.lembos.api.client.Client;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.volumes.ClaimedVolumes;
import io.lembos.api.volumes.StorageAnnotations;
import io.lembos.scheduler.cache.ClaimedVolume;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.Promise;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.cache.Storage;
import io.lembos.scheduler.framework.Assignment;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sees to it that what was found for a pod's claims becomes theirs: promises it in the cache as soon as the pod is decided,
 * tells the API server when it is to be bound, and waits until controllers and provisioners have done the rest. Whatever
 * goes wrong, nothing stays promised; what was written stays, and the next decision goes on from there.
 *
 * <p>Safe for all threads; bounded by the pods that are being bound.
 */
public final class VolumeBinder {
    private final Client client;
    private final SchedulerCache cache;
    private final ClaimWaits waits;
    private final Duration timeout;
    /** By the pod's uid. */
    private final Map<String, Map<ObjectKey, Promise>> reserved = new ConcurrentHashMap<>();

    /** @param timeout how long claims may take to be bound */
    public VolumeBinder(Client client, SchedulerCache cache, ClaimWaits waits, Duration timeout) {
        this.client = client;
        this.cache = cache;
        this.waits = waits;
        this.timeout = timeout;
    }

    /** On the thread that decides: what is found is promised before anybody else is decided about. */
    UnboundClaims.Outcome reserve(Assignment assignment) {
        Snapshot snapshot = cache.snapshot();
        Storage storage = snapshot.surroundings().storage();
        UnboundClaims unbound = UnboundClaims.of(storage.volumes(assignment.pod()), storage.offers());
        Optional<NodeInfo> node = snapshot.node(assignment.node());
        if (unbound.isEmpty() || node.isEmpty()) {
            return new UnboundClaims.Outcome.Found(Map.of());
        }
        UnboundClaims.Outcome outcome = unbound.on(node.get());
        if (outcome instanceof UnboundClaims.Outcome.Found found) {
            String uid = assignment.pod().uid();
            reserved.put(uid, found.promises());
            found.promises()
                    .forEach(
                            (claim, promise) -> cache.storage(s -> s.promising(claim, promise, uid), Optional.empty()));
        }
        return outcome;
    }

    /** Why the pod cannot be bound; empty when all its claims are. */
    Optional<String> bind(Assignment assignment) throws InterruptedException {
        Map<ObjectKey, Promise> promises = reserved.get(assignment.pod().uid());
        if (promises == null) {
            return Optional.empty();
        }
        Map<ObjectKey, String> written = new HashMap<>();
        for (Map.Entry<ObjectKey, Promise> each : promises.entrySet()) {
            Optional<PersistentVolumeClaim> claim =
                    Optional.ofNullable(storage().claims().get(each.getKey()));
            if (claim.isEmpty()) {
                return Optional.of(notFound(each.getKey()));
            }
            if (each.getValue().volume().isEmpty()) {
                written.put(each.getKey(), select(claim.get(), assignment.node()));
            } else {
                give(each.getValue().volume(), claim.get());
            }
        }
        Optional<String> why =
                waits.await(assignment.pod().claims(), timeout, () -> progress(assignment, promises.keySet(), written));
        if (why.isEmpty()) {
            release(assignment);
        }
        return why;
    }

    /** Nothing is promised to the pod any more. */
    void release(Assignment assignment) {
        String uid = assignment.pod().uid();
        Map<ObjectKey, Promise> promises = reserved.remove(uid);
        if (promises != null) {
            promises.keySet().forEach(claim -> cache.storage(s -> s.notPromising(claim, uid), Optional.empty()));
        }
    }

    private void give(String name, PersistentVolumeClaim claim) {
        PersistentVolume volume = Optional.ofNullable(storage().volumes().get(name))
                .orElseThrow(() -> new IllegalStateException("persistentvolume \"" + name + "\" is gone"));
        ClaimedVolumes.given(volume, claim).ifPresent(given -> client.update(Resources.PERSISTENT_VOLUMES, given));
    }

    /** @return the version of the claim that says so */
    private String select(PersistentVolumeClaim claim, String node) {
        if (isSelected(claim, node)) {
            return claim.getMetadata().getResourceVersion();
        }
        PersistentVolumeClaim selected = client.update(
                Resources.PERSISTENT_VOLUME_CLAIMS,
                new PersistentVolumeClaimBuilder(claim)
                        .editMetadata()
                        .addToAnnotations(StorageAnnotations.SELECTED_NODE, node)
                        .endMetadata()
                        .build());
        return selected.getMetadata().getResourceVersion();
    }

    /**
     * How far claims have come.
     *
     * @param written for each claim whose volume is to be made, the version that says where
     */
    private ClaimWaits.Progress progress(Assignment assignment, Set<ObjectKey> claims, Map<ObjectKey, String> written) {
        Snapshot snapshot = cache.snapshot();
        Optional<NodeInfo> node = snapshot.node(assignment.node());
        boolean all = true;
        for (ClaimedVolume each : snapshot.surroundings().storage().volumes(assignment.pod())) {
            if (claims.contains(each.key())) {
                Optional<String> wrong = obstacle(each, assignment.node(), node, written.get(each.key()));
                if (wrong.isPresent()) {
                    return ClaimWaits.Progress.failed(wrong.get());
                }
                all &= each.volume().isPresent();
            }
        }
        return all ? ClaimWaits.Progress.DONE : ClaimWaits.Progress.WAITING;
    }

    /** Why a claim will not be bound to something that the node can reach; empty as long as it may. */
    private static Optional<String> obstacle(
            ClaimedVolume volume, String nodeName, Optional<NodeInfo> node, String written) {
        String name = volume.key().name();
        if (volume.claim().isEmpty()) {
            return Optional.of(notFound(volume.key()));
        }
        PersistentVolumeClaim claim = volume.claim().get();
        if (volume.volume().isPresent()) {
            String pv = volume.volume().get().getMetadata().getName();
            Reach reach = Reach.of(volume.volume().get());
            return node.filter(n -> !reach.includes(n)).isEmpty()
                    ? Optional.empty()
                    : Optional.of("pv \"" + pv + "\" node affinity doesn't match node \"" + nodeName + "\"");
        }
        if (volume.isBound()) {
            return Optional.empty();
        }
        if (volume.isDeleted()) {
            return Optional.of("persistentvolumeclaim \"" + name + "\" is being deleted");
        }
        // The provisioner takes the choice of the node back when it can make nothing there.
        boolean declined = written != null && isSeen(claim, written) && !isSelected(claim, nodeName);
        return declined ? Optional.of("provisioning failed for PVC \"" + name + "\"") : Optional.empty();
    }

    private static boolean isSelected(PersistentVolumeClaim claim, String node) {
        return StorageAnnotations.get(claim, StorageAnnotations.SELECTED_NODE)
                .filter(node::equals)
                .isPresent();
    }

    /** Whether the claim is as new as a version. */
    private static boolean isSeen(PersistentVolumeClaim claim, String version) {
        return Long.parseLong(claim.getMetadata().getResourceVersion()) >= Long.parseLong(version);
    }

    private static String notFound(ObjectKey claim) {
        return "persistentvolumeclaim \"" + claim.name() + "\" not found";
    }

    private Storage storage() {
        return cache.snapshot().surroundings().storage();
    }
}

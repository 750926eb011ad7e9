package io.lembos.scheduler.cache;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.CSINodeDriver;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.lembos.api.meta.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/**
 * Volumes, claims to them, and who uses them. Immutable.
 *
 * @param claims by their keys
 * @param volumes by name
 * @param handles names of the volumes that are one and the same to their driver
 * @param classes by name
 * @param csiNodes by the name of their node
 * @param users uids of the pods that are counted on a node and use a claim, whether it exists or not
 */
public record Storage(
        PMap<ObjectKey, PersistentVolumeClaim> claims,
        PMap<String, PersistentVolume> volumes,
        PMap<CsiVolume, PSet<String>> handles,
        PMap<String, StorageClass> classes,
        PMap<String, CSINode> csiNodes,
        PMap<ObjectKey, PSet<String>> users) {
    public static final Storage NONE = new Storage(
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty());

    /** What the pod's claims stand for, in their order. */
    public List<ClaimedVolume> volumes(PodInfo pod) {
        List<ClaimedVolume> all = new ArrayList<>(pod.claims().size());
        for (ObjectKey key : pod.claims()) {
            Optional<PersistentVolumeClaim> claim = Optional.ofNullable(claims.get(key));
            Optional<PersistentVolume> volume =
                    claim.filter(ClaimedVolume::isBound).map(c -> volumes.get(ClaimedVolume.volumeName(c)));
            all.add(new ClaimedVolume(
                    key,
                    claim,
                    volume,
                    claim.filter(this::isDelayed).isPresent(),
                    isFresh(key, volume),
                    users(key).stream().anyMatch(uid -> !uid.equals(pod.uid()))));
        }
        return all;
    }

    private boolean isDelayed(PersistentVolumeClaim claim) {
        String name = claim.getSpec().getStorageClassName();
        StorageClass type = name == null ? null : classes.get(name);
        return type != null && "WaitForFirstConsumer".equals(type.getVolumeBindingMode());
    }

    private boolean isFresh(ObjectKey claim, Optional<PersistentVolume> volume) {
        return !users.containsKey(claim)
                && volume.flatMap(ClaimedVolume::csi)
                        .map(csi -> handles.get(csi).size() == 1)
                        .orElse(true);
    }

    /** Which volumes the pod attaches to its node. */
    List<CsiVolume> attached(PodInfo pod) {
        return volumes(pod).stream().flatMap(v -> v.csi().stream()).distinct().toList();
    }

    /** How many volumes of a driver a node can have; empty if it does not say. */
    public OptionalInt limit(String node, String driver) {
        CSINode csiNode = csiNodes.get(node);
        for (CSINodeDriver each :
                csiNode == null ? List.<CSINodeDriver>of() : csiNode.getSpec().getDrivers()) {
            if (each.getName().equals(driver)
                    && each.getAllocatable() != null
                    && each.getAllocatable().getCount() != null) {
                return OptionalInt.of(each.getAllocatable().getCount());
            }
        }
        return OptionalInt.empty();
    }

    /** Uids of pods that are counted on a node and use the claim. */
    public Set<String> users(ObjectKey claim) {
        return users.getOrDefault(claim, HashTreePSet.empty());
    }

    /** Whether a pod is judged alike, as far as what its own claims stand for is the same. */
    boolean judgesLike(Storage other, PodInfo pod) {
        return csiNodes == other.csiNodes || pod.claims().isEmpty();
    }

    /** Whether a claim stands for the same volume of the same driver. */
    boolean attachesLike(Storage other, ObjectKey claim) {
        return csi(claim).equals(other.csi(claim));
    }

    private Optional<CsiVolume> csi(ObjectKey key) {
        return Optional.ofNullable(claims.get(key))
                .filter(ClaimedVolume::isBound)
                .map(c -> volumes.get(ClaimedVolume.volumeName(c)))
                .flatMap(ClaimedVolume::csi);
    }

    public Storage with(PersistentVolumeClaim claim) {
        return withClaims(claims.plus(ObjectKey.of(claim), claim));
    }

    public Storage without(PersistentVolumeClaim claim) {
        return withClaims(claims.minus(ObjectKey.of(claim)));
    }

    public Storage with(PersistentVolume volume) {
        String name = volume.getMetadata().getName();
        PMap<CsiVolume, PSet<String>> known = unnamed(name);
        Optional<CsiVolume> csi = ClaimedVolume.csi(volume);
        if (csi.isPresent()) {
            known = known.plus(
                    csi.get(),
                    known.getOrDefault(csi.get(), HashTreePSet.empty()).plus(name));
        }
        return new Storage(claims, volumes.plus(name, volume), known, classes, csiNodes, users);
    }

    public Storage without(PersistentVolume volume) {
        String name = volume.getMetadata().getName();
        return new Storage(claims, volumes.minus(name), unnamed(name), classes, csiNodes, users);
    }

    private PMap<CsiVolume, PSet<String>> unnamed(String volume) {
        Optional<CsiVolume> csi = Optional.ofNullable(volumes.get(volume)).flatMap(ClaimedVolume::csi);
        return csi.isEmpty() ? handles : less(handles, csi.get(), volume);
    }

    public Storage with(StorageClass type) {
        return new Storage(
                claims, volumes, handles, classes.plus(type.getMetadata().getName(), type), csiNodes, users);
    }

    public Storage without(StorageClass type) {
        return new Storage(
                claims, volumes, handles, classes.minus(type.getMetadata().getName()), csiNodes, users);
    }

    public Storage with(CSINode node) {
        String name = node.getMetadata().getName();
        CSINode present = csiNodes.get(name);
        return present != null && present.getSpec().equals(node.getSpec())
                ? this
                : new Storage(claims, volumes, handles, classes, csiNodes.plus(name, node), users);
    }

    public Storage without(CSINode node) {
        return new Storage(
                claims,
                volumes,
                handles,
                classes,
                csiNodes.minus(node.getMetadata().getName()),
                users);
    }

    /** The pod is counted on a node. */
    Storage usedBy(PodInfo pod) {
        PMap<ObjectKey, PSet<String>> more = users;
        for (ObjectKey claim : pod.claims()) {
            more = more.plus(
                    claim, more.getOrDefault(claim, HashTreePSet.empty()).plus(pod.uid()));
        }
        return withUsers(more);
    }

    /** The pod is counted no more. */
    Storage notUsedBy(PodInfo pod) {
        PMap<ObjectKey, PSet<String>> less = users;
        for (ObjectKey claim : pod.claims()) {
            less = less.containsKey(claim) ? less(less, claim, pod.uid()) : less;
        }
        return withUsers(less);
    }

    private static <K> PMap<K, PSet<String>> less(PMap<K, PSet<String>> map, K key, String element) {
        PSet<String> left = map.get(key).minus(element);
        return left.isEmpty() ? map.minus(key) : map.plus(key, left);
    }

    private Storage withClaims(PMap<ObjectKey, PersistentVolumeClaim> newer) {
        return new Storage(newer, volumes, handles, classes, csiNodes, users);
    }

    private Storage withUsers(PMap<ObjectKey, PSet<String>> newer) {
        return newer == users ? this : new Storage(claims, volumes, handles, classes, csiNodes, newer);
    }
}

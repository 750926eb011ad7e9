package io.lembos.scheduler.cache;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.CSIDriver;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.CSINodeDriver;
import io.fabric8.kubernetes.api.model.storage.CSIStorageCapacity;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.volumes.ClaimDemand;
import io.lembos.api.volumes.StorageAnnotations;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
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
 * @param reserved names of the volumes that say that they are for a claim
 * @param offers what claims without a volume can get
 * @param promises what decisions under way have taken of that
 * @param csiNodes by the name of their node
 * @param users uids of the pods that are counted on a node and use a claim, whether it exists or not
 */
public record Storage(
        PMap<ObjectKey, PersistentVolumeClaim> claims,
        PMap<String, PersistentVolume> volumes,
        PMap<CsiVolume, PSet<String>> handles,
        PMap<ObjectKey, PSet<String>> reserved,
        Offers offers,
        Promises promises,
        PMap<String, CSINode> csiNodes,
        PMap<ObjectKey, PSet<String>> users) {
    public static final Storage NONE = new Storage(
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            Offers.NONE,
            Promises.NONE,
            HashTreePMap.empty(),
            HashTreePMap.empty());

    /** What the pod's claims stand for, in their order. */
    public List<ClaimedVolume> volumes(PodInfo pod) {
        List<ClaimedVolume> all = new ArrayList<>(pod.claims().size());
        for (ObjectKey key : pod.claims()) {
            all.add(volume(pod, key));
        }
        return all;
    }

    private ClaimedVolume volume(PodInfo pod, ObjectKey key) {
        Optional<PersistentVolumeClaim> claim = Optional.ofNullable(claims.get(key));
        Optional<PersistentVolume> volume =
                claim.filter(ClaimedVolume::isBound).map(c -> volumes.get(ClaimedVolume.volumeName(c)));
        Optional<PersistentVolumeClaim> waiting = claim.filter(c -> !ClaimedVolume.isBound(c));
        return new ClaimedVolume(
                key,
                claim,
                volume,
                claim.filter(this::isDelayed).isPresent(),
                isFresh(key, volume),
                users(key).stream().anyMatch(uid -> !uid.equals(pod.uid())),
                waiting.map(this::outlook).orElse(ClaimedVolume.Outlook.NONE));
    }

    private ClaimedVolume.Outlook outlook(PersistentVolumeClaim claim) {
        ObjectKey key = ObjectKey.of(claim);
        Optional<Promise> promise = promises.of(key);
        Set<String> names = new TreeSet<>(reserved.getOrDefault(key, HashTreePSet.empty()));
        promise.map(Promise::volume).ifPresent(names::add);
        ClaimDemand demand = ClaimDemand.of(claim);
        List<PersistentVolume> ours = new ArrayList<>(0);
        for (String name : names) {
            PersistentVolume volume = volumes.get(name);
            boolean promised = promise.isPresent() && promise.get().volume().equals(name);
            if (volume != null && (demand.isReserved(volume) || promised && ClaimDemand.isFree(volume))) {
                ours.add(volume);
            }
        }
        Optional<String> node = StorageAnnotations.get(claim, StorageAnnotations.SELECTED_NODE)
                .or(() -> promise.filter(p -> p.volume().isEmpty()).map(Promise::node));
        return new ClaimedVolume.Outlook(ours, node, provisioner(claim));
    }

    private String provisioner(PersistentVolumeClaim claim) {
        return offers.type(ClaimDemand.className(claim))
                .map(StorageClass::getProvisioner)
                .filter(p -> !p.equals(StorageAnnotations.NO_PROVISIONER))
                .orElse("");
    }

    private boolean isDelayed(PersistentVolumeClaim claim) {
        return offers.type(ClaimDemand.className(claim))
                .filter(type -> "WaitForFirstConsumer".equals(type.getVolumeBindingMode()))
                .isPresent();
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
        return pod.claims().isEmpty() || csiNodes == other.csiNodes && offers == other.offers;
    }

    /** Whether a claim stands for the same volume of the same driver. */
    boolean attachesLike(Storage other, ObjectKey claim) {
        return csi(claim).equals(other.csi(claim));
    }

    private Optional<CsiVolume> csi(ObjectKey key) {
        Optional<PersistentVolumeClaim> claim = Optional.ofNullable(claims.get(key));
        if (claim.filter(c -> !ClaimedVolume.isBound(c) && isDelayed(c)).isPresent()) {
            return claim.map(this::provisioner).filter(p -> !p.isEmpty()).map(p -> new CsiVolume(p, key.toString()));
        }
        return claim.filter(ClaimedVolume::isBound)
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
        Storage rest = without(volume);
        String name = volume.getMetadata().getName();
        PMap<CsiVolume, PSet<String>> known = ClaimedVolume.csi(volume)
                .map(csi -> more(rest.handles, csi, name))
                .orElse(rest.handles);
        PMap<ObjectKey, PSet<String>> owned =
                owner(volume).map(key -> more(rest.reserved, key, name)).orElse(rest.reserved);
        PersistentVolume before = volumes.get(name);
        return new Storage(
                claims, volumes.plus(name, volume), known, owned, offers(before, volume), promises, csiNodes, users);
    }

    public Storage without(PersistentVolume volume) {
        String name = volume.getMetadata().getName();
        PersistentVolume present = volumes.get(name);
        if (present == null) {
            return this;
        }
        PMap<CsiVolume, PSet<String>> known =
                ClaimedVolume.csi(present).map(csi -> less(handles, csi, name)).orElse(handles);
        PMap<ObjectKey, PSet<String>> owned =
                owner(present).map(key -> less(reserved, key, name)).orElse(reserved);
        return new Storage(claims, volumes.minus(name), known, owned, offers(present, null), promises, csiNodes, users);
    }

    /** The same object if nothing is different for who looks for a volume. */
    private Offers offers(PersistentVolume before, PersistentVolume after) {
        boolean was = before != null && isOffered(before);
        boolean is = after != null && isOffered(after);
        if (was && is && offersLike(before, after)) {
            return offers;
        }
        Offers left = was ? offers.withoutFree(before) : offers;
        return is ? left.withFree(after) : left;
    }

    private boolean isOffered(PersistentVolume volume) {
        return ClaimDemand.isFree(volume)
                && !promises.include(volume.getMetadata().getName());
    }

    private static boolean offersLike(PersistentVolume before, PersistentVolume after) {
        return before.getSpec().equals(after.getSpec())
                && Objects.equals(
                        before.getMetadata().getLabels(), after.getMetadata().getLabels())
                && Objects.equals(
                        before.getMetadata().getAnnotations(),
                        after.getMetadata().getAnnotations())
                && Objects.equals(
                        before.getMetadata().getDeletionTimestamp(),
                        after.getMetadata().getDeletionTimestamp());
    }

    private static Optional<ObjectKey> owner(PersistentVolume volume) {
        ObjectReference owner = volume.getSpec().getClaimRef();
        return owner == null ? Optional.empty() : Optional.of(ObjectKey.of(owner.getNamespace(), owner.getName()));
    }

    /** A decision has given the claim a volume, or a node where one is to be made. */
    public Storage promising(ObjectKey claim, Promise promise, String uid) {
        Promises more = promises.with(claim, promise, uid);
        PersistentVolume volume =
                volumes.get(more.of(claim).map(Promise::volume).orElse(""));
        Offers left = volume == null ? offers : offers.withoutFree(volume);
        return new Storage(claims, volumes, handles, reserved, left, more, csiNodes, users);
    }

    /** The decision holds no more, or the API server knows of it. */
    public Storage notPromising(ObjectKey claim, String uid) {
        Promises less = promises.without(claim, uid);
        PersistentVolume volume =
                volumes.get(promises.of(claim).map(Promise::volume).orElse(""));
        boolean back = volume != null
                && ClaimDemand.isFree(volume)
                && !less.include(volume.getMetadata().getName())
                && promises.include(volume.getMetadata().getName());
        Offers offered = back ? offers.withFree(volume) : offers;
        return new Storage(claims, volumes, handles, reserved, offered, less, csiNodes, users);
    }

    public Storage with(StorageClass type) {
        return withOffers(offers.with(type));
    }

    public Storage without(StorageClass type) {
        return withOffers(offers.without(type));
    }

    public Storage with(CSIDriver driver) {
        return withOffers(offers.with(driver));
    }

    public Storage without(CSIDriver driver) {
        return withOffers(offers.without(driver));
    }

    public Storage with(CSIStorageCapacity capacity) {
        return withOffers(offers.with(capacity));
    }

    public Storage without(CSIStorageCapacity capacity) {
        return withOffers(offers.without(capacity));
    }

    public Storage with(CSINode node) {
        String name = node.getMetadata().getName();
        CSINode present = csiNodes.get(name);
        return present != null && present.getSpec().equals(node.getSpec())
                ? this
                : withCsiNodes(csiNodes.plus(name, node));
    }

    public Storage without(CSINode node) {
        return withCsiNodes(csiNodes.minus(node.getMetadata().getName()));
    }

    /** The pod is counted on a node. */
    Storage usedBy(PodInfo pod) {
        PMap<ObjectKey, PSet<String>> used = users;
        for (ObjectKey claim : pod.claims()) {
            used = more(used, claim, pod.uid());
        }
        return withUsers(used);
    }

    /** The pod is counted no more. */
    Storage notUsedBy(PodInfo pod) {
        PMap<ObjectKey, PSet<String>> less = users;
        for (ObjectKey claim : pod.claims()) {
            less = less.containsKey(claim) ? less(less, claim, pod.uid()) : less;
        }
        return withUsers(less);
    }

    private static <K> PMap<K, PSet<String>> more(PMap<K, PSet<String>> map, K key, String element) {
        return map.plus(key, map.getOrDefault(key, HashTreePSet.empty()).plus(element));
    }

    private static <K> PMap<K, PSet<String>> less(PMap<K, PSet<String>> map, K key, String element) {
        PSet<String> left = map.get(key).minus(element);
        return left.isEmpty() ? map.minus(key) : map.plus(key, left);
    }

    private Storage withClaims(PMap<ObjectKey, PersistentVolumeClaim> newer) {
        return new Storage(newer, volumes, handles, reserved, offers, promises, csiNodes, users);
    }

    private Storage withOffers(Offers newer) {
        return new Storage(claims, volumes, handles, reserved, newer, promises, csiNodes, users);
    }

    private Storage withCsiNodes(PMap<String, CSINode> newer) {
        return new Storage(claims, volumes, handles, reserved, offers, promises, newer, users);
    }

    private Storage withUsers(PMap<ObjectKey, PSet<String>> newer) {
        return newer == users
                ? this
                : new Storage(claims, volumes, handles, reserved, offers, promises, csiNodes, newer);
    }
}

package io.lembos.controllers.garbage;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.lembos.api.meta.PartialObjectMetadata;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who owns whom, by uid, as the watches of all resources tell. Only objects that own or are owned take memory beyond
 * their uid.
 *
 * <p>Guarded by the monitor of this object; what leaves it is a copy.
 */
final class OwnerGraph {
    private final Map<String, Node> nodes = new HashMap<>();
    private final Map<String, Set<String>> dependents = new HashMap<>();

    /**
     * An object that is known to live.
     *
     * @param deleting whether it is marked for deletion
     */
    record Node(Identified object, List<OwnerReference> owners, boolean deleting, List<String> finalizers) {
        boolean blocks(String ownerUid) {
            return owners.stream()
                    .anyMatch(o -> o.getUid().equals(ownerUid) && Boolean.TRUE.equals(o.getBlockOwnerDeletion()));
        }
    }

    /** Takes over the present state of an object. */
    synchronized Node put(Identified object, PartialObjectMetadata state) {
        Node node = new Node(
                object,
                List.copyOf(state.getMetadata().getOwnerReferences()),
                state.getMetadata().getDeletionTimestamp() != null,
                List.copyOf(state.getMetadata().getFinalizers()));
        Node before = nodes.put(object.uid(), node);
        if (before != null) {
            unlink(before);
        }
        for (OwnerReference owner : node.owners()) {
            dependents.computeIfAbsent(owner.getUid(), u -> new HashSet<>()).add(object.uid());
        }
        return node;
    }

    synchronized void remove(String uid) {
        Node before = nodes.remove(uid);
        if (before != null) {
            unlink(before);
        }
    }

    synchronized Optional<Node> get(String uid) {
        return Optional.ofNullable(nodes.get(uid));
    }

    synchronized boolean lives(String uid) {
        return nodes.containsKey(uid);
    }

    /** Objects that name this owner. */
    synchronized Collection<Node> dependents(String uid) {
        return dependents.getOrDefault(uid, Set.of()).stream().map(nodes::get).toList();
    }

    private void unlink(Node node) {
        for (OwnerReference owner : node.owners()) {
            dependents.computeIfPresent(owner.getUid(), (u, set) -> {
                set.remove(node.object().uid());
                return set.isEmpty() ? null : set;
            });
        }
    }
}

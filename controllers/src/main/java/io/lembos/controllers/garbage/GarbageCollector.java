package io.lembos.controllers.garbage;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.client.ListOptions;
import io.lembos.api.client.Patch;
import io.lembos.api.controller.Workers;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.PartialObjectMetadata;
import io.lembos.api.meta.ResourceType;
import io.lembos.api.queue.WorkQueue;
import io.lembos.api.time.Clock;
import io.lembos.controllers.Controller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Deletes an object when none of its owners lives any more. Whether an owner lives is asked of the API server before
 * anything is deleted: the graph may be behind, and an owner that was never seen may exist.
 *
 * <p>Objects that wait for their dependents ({@code foregroundDeletion}) or must let go of them ({@code orphan}) are
 * brought along the same queue. State is the {@link OwnerGraph}; one object is on one worker at a time.
 */
public final class GarbageCollector implements Controller {
    static final String FOREGROUND = "foregroundDeletion";
    static final String ORPHAN = "orphan";

    private static final int WORKERS = 8;
    /** Events are owned by nobody and come in masses; Kubernetes leaves them out too. */
    private static final Set<String> IGNORED = Set.of("events");

    private final Client client;
    private final Clock clock;
    private final OwnerGraph graph = new OwnerGraph();
    private final List<Informer<PartialObjectMetadata>> informers = new ArrayList<>();
    private final WorkQueue<Identified> queue;
    private final Workers<Identified> workers;
    private volatile List<ResourceType<PartialObjectMetadata>> types = List.of();

    public GarbageCollector(Client client, Clock clock) {
        this.client = client;
        this.clock = clock;
        queue = new WorkQueue<>(clock);
        workers = new Workers<>(name(), queue, this::reconcile);
    }

    @Override
    public String name() {
        return "garbage-collector-controller";
    }

    @Override
    public void start() throws InterruptedException {
        types = client.resources().stream()
                .filter(t -> !IGNORED.contains(t.plural()))
                .toList();
        for (ResourceType<PartialObjectMetadata> type : types) {
            informers.add(new Informer<>(client, type, ListOptions.ALL, clock).addHandler(new Follower(type)));
        }
        informers.forEach(Informer::start);
        for (Informer<PartialObjectMetadata> informer : informers) {
            informer.awaitSync();
        }
        workers.start(WORKERS);
    }

    @Override
    public void close() {
        workers.close();
        informers.forEach(Informer::close);
    }

    private Optional<Duration> reconcile(Identified object) {
        Optional<OwnerGraph.Node> found = graph.get(object.uid());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        OwnerGraph.Node node = found.get();
        try {
            if (node.deleting() && node.finalizers().contains(ORPHAN)) {
                orphanDependents(node);
            } else if (node.deleting() && node.finalizers().contains(FOREGROUND)) {
                deleteDependents(node);
            } else if (!node.deleting() && !node.owners().isEmpty()) {
                deleteIfOrphaned(node);
            }
        } catch (ApiError e) {
            if (!e.is(Reason.NotFound)) {
                throw e;
            }
        }
        return Optional.empty();
    }

    private void deleteIfOrphaned(OwnerGraph.Node node) {
        List<OwnerReference> gone = new ArrayList<>();
        boolean anyLives = false;
        boolean ownerWaits = false;
        for (OwnerReference owner : node.owners()) {
            Optional<PartialObjectMetadata> living = livingOwner(node, owner);
            if (living.isEmpty()) {
                gone.add(owner);
            } else if (isWaiting(living.get())) {
                ownerWaits = true;
            } else {
                anyLives = true;
            }
        }
        if (anyLives) {
            if (!gone.isEmpty()) {
                client.patch(node.object().type(), node.object().key(), withoutOwners(node, gone), "");
            }
            return;
        }
        if (gone.size() == node.owners().size() || ownerWaits) {
            boolean hasBlocking = ownerWaits
                    && graph.dependents(node.object().uid()).stream()
                            .anyMatch(d -> d.blocks(node.object().uid()));
            client.delete(
                    node.object().type(),
                    node.object().key(),
                    new DeleteOptions(
                            Optional.empty(),
                            node.object().uid(),
                            hasBlocking ? DeleteOptions.Propagation.Foreground : DeleteOptions.Propagation.Background));
        }
    }

    private static boolean isWaiting(PartialObjectMetadata owner) {
        return owner.getMetadata().getDeletionTimestamp() != null
                && owner.getMetadata().getFinalizers().contains(FOREGROUND);
    }

    /** The owner as the API server knows it; empty when it is gone or its name belongs to another object by now. */
    private Optional<PartialObjectMetadata> livingOwner(OwnerGraph.Node node, OwnerReference owner) {
        Optional<ResourceType<PartialObjectMetadata>> type = types.stream()
                .filter(t -> t.kind().equals(owner.getKind()) && t.apiVersion().equals(owner.getApiVersion()))
                .findFirst();
        if (type.isEmpty()) {
            throw ApiError.of(
                    Reason.ServiceUnavailable,
                    "nobody serves " + owner.getApiVersion() + " " + owner.getKind() + ", owner of " + node.object());
        }
        String namespace = type.get().namespaced() ? node.object().key().namespace() : "";
        return client.get(type.get(), ObjectKey.of(namespace, owner.getName()))
                .filter(o -> o.getMetadata().getUid().equals(owner.getUid()));
    }

    private void orphanDependents(OwnerGraph.Node owner) {
        for (OwnerGraph.Node dependent : graph.dependents(owner.object().uid())) {
            List<OwnerReference> references = dependent.owners().stream()
                    .filter(o -> o.getUid().equals(owner.object().uid()))
                    .toList();
            try {
                client.patch(
                        dependent.object().type(), dependent.object().key(), withoutOwners(dependent, references), "");
            } catch (ApiError e) {
                if (!e.is(Reason.NotFound)) {
                    throw e;
                }
            }
        }
        removeFinalizer(owner, ORPHAN);
    }

    private void deleteDependents(OwnerGraph.Node owner) {
        String uid = owner.object().uid();
        boolean blocked = false;
        for (OwnerGraph.Node dependent : graph.dependents(uid)) {
            blocked |= dependent.blocks(uid);
            if (!dependent.deleting()) {
                queue.add(dependent.object());
            }
        }
        if (!blocked) {
            removeFinalizer(owner, FOREGROUND);
        }
    }

    private void removeFinalizer(OwnerGraph.Node node, String finalizer) {
        String body = "{\"metadata\":{\"uid\":\"" + node.object().uid()
                + "\",\"$deleteFromPrimitiveList/finalizers\":[\"" + finalizer + "\"]}}";
        client.patch(node.object().type(), node.object().key(), new Patch.StrategicMerge(body), "");
    }

    private static Patch withoutOwners(OwnerGraph.Node node, List<OwnerReference> gone) {
        StringBuilder list = new StringBuilder();
        for (OwnerReference owner : gone) {
            list.append(list.isEmpty() ? "" : ",")
                    .append("{\"$patch\":\"delete\",\"uid\":\"")
                    .append(owner.getUid())
                    .append("\"}");
        }
        return new Patch.StrategicMerge(
                "{\"metadata\":{\"uid\":\"" + node.object().uid() + "\",\"ownerReferences\":[" + list + "]}}");
    }

    /** Feeds one resource into the graph. */
    private final class Follower implements Handler<PartialObjectMetadata> {
        private final ResourceType<PartialObjectMetadata> type;

        Follower(ResourceType<PartialObjectMetadata> type) {
            this.type = type;
        }

        @Override
        public void onAdd(PartialObjectMetadata object) {
            Identified identified = identify(object);
            OwnerGraph.Node node = graph.put(identified, object);
            boolean ownerMissing = node.owners().stream().anyMatch(o -> !graph.lives(o.getUid()));
            if (node.deleting() || ownerMissing) {
                queue.add(identified);
            }
        }

        @Override
        public void onUpdate(PartialObjectMetadata before, PartialObjectMetadata after) {
            onAdd(after);
            if (after.getMetadata().getDeletionTimestamp() != null) {
                // An owner may wait for this one; it goes on when it is gone.
                enqueueOwners(after);
            }
        }

        @Override
        public void onDelete(PartialObjectMetadata last) {
            String uid = last.getMetadata().getUid();
            for (OwnerGraph.Node dependent : graph.dependents(uid)) {
                queue.add(dependent.object());
            }
            graph.remove(uid);
            enqueueOwners(last);
        }

        private void enqueueOwners(PartialObjectMetadata object) {
            for (OwnerReference owner : object.getMetadata().getOwnerReferences()) {
                graph.get(owner.getUid()).filter(OwnerGraph.Node::deleting).ifPresent(o -> queue.add(o.object()));
            }
        }

        private Identified identify(PartialObjectMetadata object) {
            return new Identified(
                    type, ObjectKey.of(object), object.getMetadata().getUid());
        }
    }
}

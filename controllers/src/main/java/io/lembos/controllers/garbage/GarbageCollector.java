package io.lembos.controllers.garbage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
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
import io.lembos.api.json.TypedJson;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.PartialObjectMetadata;
import io.lembos.api.meta.ResourceType;
import io.lembos.api.queue.WorkQueue;
import io.lembos.api.time.Clock;
import io.lembos.controllers.Controller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

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

    private static final ResourceType<PartialObjectMetadata> DEFINITIONS = ResourceType.generic(
            "apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false);

    private final Client client;
    private final Clock clock;
    private final OwnerGraph graph = new OwnerGraph();
    private final Map<ResourceType<PartialObjectMetadata>, Informer<PartialObjectMetadata>> informers =
            new LinkedHashMap<>();
    private final Informer<PartialObjectMetadata> definitions;
    private final WorkQueue<Identified> queue;
    private final Workers<Identified> workers;
    private volatile List<ResourceType<PartialObjectMetadata>> types = List.of();

    public GarbageCollector(Client client, Clock clock) {
        this.client = client;
        this.clock = clock;
        queue = new WorkQueue<>(clock);
        workers = new Workers<>(name(), queue, this::reconcile);
        definitions = new Informer<>(client, DEFINITIONS, ListOptions.ALL, clock)
                .addHandler(Handler.each(definition -> follow()));
    }

    @Override
    public String name() {
        return "garbage-collector-controller";
    }

    @Override
    public void start() throws InterruptedException {
        follow();
        for (Informer<PartialObjectMetadata> informer : following()) {
            informer.awaitSync();
        }
        definitions.start();
        workers.start(WORKERS);
    }

    @Override
    public void close() {
        definitions.close();
        workers.close();
        following().forEach(Informer::close);
    }

    private synchronized List<Informer<PartialObjectMetadata>> following() {
        return List.copyOf(informers.values());
    }

    /** Follows what is served now: kinds come and go with custom resource definitions. */
    private synchronized void follow() {
        types = client.resources().stream()
                .filter(t -> !IGNORED.contains(t.plural()))
                .toList();
        for (ResourceType<PartialObjectMetadata> type : types) {
            if (!informers.containsKey(type)) {
                Informer<PartialObjectMetadata> informer =
                        new Informer<>(client, type, ListOptions.ALL, clock).addHandler(new Follower(type));
                informers.put(type, informer);
                informer.start();
            }
        }
        for (ResourceType<PartialObjectMetadata> type : List.copyOf(informers.keySet())) {
            if (!types.contains(type)) {
                informers.remove(type).close();
            }
        }
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
        // The graph may be behind: its owners may have been taken from the object a moment ago.
        Optional<PartialObjectMetadata> latest =
                client.get(node.object().type(), node.object().key());
        boolean sameAndLiving = latest.filter(
                        o -> o.getMetadata().getUid().equals(node.object().uid())
                                && o.getMetadata().getDeletionTimestamp() == null)
                .isPresent();
        if (!sameAndLiving) {
            return;
        }
        List<OwnerReference> owners = latest.get().getMetadata().getOwnerReferences();
        List<OwnerReference> gone = new ArrayList<>();
        List<OwnerReference> waiting = new ArrayList<>();
        for (OwnerReference owner : owners) {
            switch (state(node, owner)) {
                case GONE -> gone.add(owner);
                case WAITING -> waiting.add(owner);
                case LIVES -> {}
            }
        }
        if (gone.size() + waiting.size() < owners.size()) {
            gone.addAll(waiting);
            letGo(node, gone);
        } else if (!owners.isEmpty()) {
            boolean foreground =
                    !waiting.isEmpty() && !graph.dependents(node.object().uid()).isEmpty();
            delete(node, latest.get().getMetadata().getFinalizers(), foreground);
        }
    }

    private void letGo(OwnerGraph.Node node, List<OwnerReference> owners) {
        if (!owners.isEmpty()) {
            change(node, metadata -> withoutOwners(metadata, owners));
        }
    }

    /** What its finalizers ask for stays in force. */
    private void delete(OwnerGraph.Node node, List<String> finalizers, boolean foreground) {
        DeleteOptions.Propagation propagation = DeleteOptions.Propagation.Background;
        if (foreground || finalizers.contains(FOREGROUND)) {
            propagation = DeleteOptions.Propagation.Foreground;
        } else if (finalizers.contains(ORPHAN)) {
            propagation = DeleteOptions.Propagation.Orphan;
        }
        client.delete(
                node.object().type(),
                node.object().key(),
                new DeleteOptions(Optional.empty(), node.object().uid(), propagation));
    }

    private enum OwnerState {
        LIVES,
        /** It is being deleted and waits for its dependents. */
        WAITING,
        GONE
    }

    private static boolean isWaiting(PartialObjectMetadata owner) {
        return owner.getMetadata().getDeletionTimestamp() != null
                && owner.getMetadata().getFinalizers().contains(FOREGROUND);
    }

    /** As the API server knows it; gone is also an owner whose name belongs to another object by now. */
    private static String group(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    private OwnerState state(OwnerGraph.Node node, OwnerReference owner) {
        Optional<ResourceType<PartialObjectMetadata>> type = types.stream()
                .filter(t -> t.kind().equals(owner.getKind()) && t.group().equals(group(owner.getApiVersion())))
                .findFirst();
        if (type.isEmpty()) {
            throw ApiError.of(
                    Reason.ServiceUnavailable,
                    "nobody serves " + owner.getApiVersion() + " " + owner.getKind() + ", owner of " + node.object());
        }
        boolean unreachable = type.get().namespaced() && !node.object().type().namespaced();
        if (unreachable) {
            // A cluster-wide object cannot name an owner in a namespace; nobody can say that it is gone.
            return OwnerState.LIVES;
        }
        String namespace = type.get().namespaced() ? node.object().key().namespace() : "";
        return client.get(type.get(), ObjectKey.of(namespace, owner.getName()))
                .filter(o -> o.getMetadata().getUid().equals(owner.getUid()))
                .map(o -> isWaiting(o) ? OwnerState.WAITING : OwnerState.LIVES)
                .orElse(OwnerState.GONE);
    }

    private void orphanDependents(OwnerGraph.Node owner) {
        for (OwnerGraph.Node dependent : graph.dependents(owner.object().uid())) {
            List<OwnerReference> references = dependent.owners().stream()
                    .filter(o -> o.getUid().equals(owner.object().uid()))
                    .toList();
            try {
                change(dependent, metadata -> withoutOwners(metadata, references));
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
        change(node, metadata -> {
            List<String> rest = new ArrayList<>(metadata.getFinalizers());
            rest.remove(finalizer);
            metadata.setFinalizers(rest);
        });
    }

    private static void withoutOwners(ObjectMeta metadata, List<OwnerReference> gone) {
        List<String> uids = gone.stream().map(OwnerReference::getUid).toList();
        metadata.setOwnerReferences(metadata.getOwnerReferences().stream()
                .filter(o -> !uids.contains(o.getUid()))
                .toList());
    }

    /**
     * Changes finalizers and owners of an object, if it is still the same and nobody changes it meanwhile; a merge patch,
     * because custom resources know no other. Whoever is too late is told so and tries again.
     */
    private void change(OwnerGraph.Node node, Consumer<ObjectMeta> change) {
        Optional<PartialObjectMetadata> latest =
                client.get(node.object().type(), node.object().key());
        if (latest.isEmpty()
                || !latest.get().getMetadata().getUid().equals(node.object().uid())) {
            return;
        }
        ObjectMeta metadata = new ObjectMetaBuilder(latest.get().getMetadata()).build();
        change.accept(metadata);
        ObjectNode body = TypedJson.MAPPER.createObjectNode();
        ObjectNode changed = body.putObject("metadata");
        changed.put("uid", metadata.getUid()).put("resourceVersion", metadata.getResourceVersion());
        changed.set("finalizers", orNull(metadata.getFinalizers()));
        changed.set("ownerReferences", orNull(metadata.getOwnerReferences()));
        client.patch(node.object().type(), node.object().key(), new Patch.Merge(body.toString()), "");
    }

    private static JsonNode orNull(List<?> list) {
        return list.isEmpty() ? NullNode.instance : TypedJson.MAPPER.valueToTree(list);
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

package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.ResourceType;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cache.Storage;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.EventResource;
import io.lembos.scheduler.framework.ObjectChange;
import io.lembos.scheduler.plugins.ClaimWaits;
import io.lembos.scheduler.queue.SchedulingQueue;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Keeps the cache's {@link Storage} as the API server has it, and then tells the queue: who is tried again sees the change.
 * Each kind has the thread of its informer.
 */
final class StorageWatch implements AutoCloseable {
    private final Client client;
    private final Clock clock;
    private final SchedulerCache cache;
    private final SchedulingQueue queue;
    private final ClaimWaits waits;
    private final List<Informer<?>> informers;

    /** @param waits told of each claim that stands for something else now */
    StorageWatch(Client client, Clock clock, SchedulerCache cache, SchedulingQueue queue, ClaimWaits waits) {
        this.waits = waits;
        this.client = client;
        this.clock = clock;
        this.cache = cache;
        this.queue = queue;
        informers = List.of(
                informer(
                        Resources.PERSISTENT_VOLUME_CLAIMS,
                        new Each<>(
                                EventResource.PERSISTENT_VOLUME_CLAIM,
                                Storage::with,
                                Storage::without,
                                claim -> Optional.of(ObjectKey.of(claim)))),
                informer(
                        Resources.PERSISTENT_VOLUMES,
                        new Each<>(
                                EventResource.PERSISTENT_VOLUME, Storage::with, Storage::without, StorageWatch::owner)),
                informer(
                        Resources.STORAGE_CLASSES,
                        new Each<>(
                                EventResource.STORAGE_CLASS,
                                Storage::with,
                                Storage::without,
                                type -> Optional.empty())),
                informer(
                        Resources.CSI_NODES,
                        new Each<>(EventResource.CSI_NODE, Storage::with, Storage::without, node -> Optional.empty())),
                informer(
                        Resources.CSI_DRIVERS,
                        new Each<>(
                                EventResource.CSI_DRIVER, Storage::with, Storage::without, driver -> Optional.empty())),
                informer(
                        Resources.CSI_STORAGE_CAPACITIES,
                        new Each<>(
                                EventResource.CSI_STORAGE_CAPACITY,
                                Storage::with,
                                Storage::without,
                                capacity -> Optional.empty())));
    }

    private <T extends HasMetadata> Informer<T> informer(ResourceType<T> type, Handler<T> handler) {
        return new Informer<>(client, type, ListOptions.ALL, clock).addHandler(handler);
    }

    private static Optional<ObjectKey> owner(PersistentVolume volume) {
        ObjectReference owner = volume.getSpec().getClaimRef();
        return owner == null ? Optional.empty() : Optional.of(ObjectKey.of(owner.getNamespace(), owner.getName()));
    }

    void start() {
        informers.forEach(Informer::start);
    }

    void awaitSync() throws InterruptedException {
        for (Informer<?> informer : informers) {
            informer.awaitSync();
        }
    }

    @Override
    public void close() {
        informers.forEach(Informer::close);
    }

    /** Objects of one kind. */
    private final class Each<T extends HasMetadata> implements Handler<T> {
        private final EventResource resource;
        private final BiFunction<Storage, T, Storage> with;
        private final BiFunction<Storage, T, Storage> without;
        private final Function<T, Optional<ObjectKey>> claim;

        Each(
                EventResource resource,
                BiFunction<Storage, T, Storage> with,
                BiFunction<Storage, T, Storage> without,
                Function<T, Optional<ObjectKey>> claim) {
            this.resource = resource;
            this.with = with;
            this.without = without;
            this.claim = claim;
        }

        private void store(UnaryOperator<Storage> change, Optional<ObjectKey> owner) {
            cache.storage(change, owner);
            owner.ifPresent(waits::changed);
        }

        @Override
        public void onAdd(T object) {
            store(s -> with.apply(s, object), claim.apply(object));
            queue.changed(new ObjectChange(resource, Set.of(EventAction.ADD), null, object));
        }

        @Override
        public void onUpdate(T before, T after) {
            store(s -> with.apply(s, after), claim.apply(after));
            queue.changed(new ObjectChange(resource, Set.of(EventAction.UPDATE), before, after));
        }

        @Override
        public void onDelete(T last) {
            store(s -> without.apply(s, last), claim.apply(last));
            queue.changed(new ObjectChange(resource, Set.of(EventAction.DELETE), last, null));
        }
    }
}

package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.ResourceType;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.devices.Devices;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.EventResource;
import io.lembos.scheduler.framework.ObjectChange;
import io.lembos.scheduler.plugins.dynamicresources.Confirmations;
import io.lembos.scheduler.queue.SchedulingQueue;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Keeps the cache's {@link Devices} as the API server has them, then tells who waits for a claim, and the queue: who is
 * tried again sees the change. Each kind has the thread of its informer.
 */
final class DeviceWatch implements AutoCloseable {
    private final SchedulerCache cache;
    private final SchedulingQueue queue;
    private final Confirmations confirmations;
    private final List<Informer<?>> informers;

    DeviceWatch(Client client, Clock clock, SchedulerCache cache, SchedulingQueue queue, Confirmations confirmations) {
        this.cache = cache;
        this.queue = queue;
        this.confirmations = confirmations;
        informers = List.of(
                informer(
                        client,
                        clock,
                        Resources.DEVICE_CLASSES,
                        new Each<DeviceClass>(
                                EventResource.DEVICE_CLASS,
                                (devices, type) -> Devices.Change.none(devices.with(type)),
                                (devices, type) -> Devices.Change.none(devices.without(type)))),
                informer(
                        client,
                        clock,
                        Resources.RESOURCE_SLICES,
                        new Each<ResourceSlice>(EventResource.RESOURCE_SLICE, Devices::with, Devices::without)),
                informer(
                        client,
                        clock,
                        Resources.RESOURCE_CLAIMS,
                        new Each<ResourceClaim>(EventResource.RESOURCE_CLAIM, Devices::with, Devices::without)));
    }

    private static <T extends HasMetadata> Informer<T> informer(
            Client client, Clock clock, ResourceType<T> type, Handler<T> handler) {
        return new Informer<>(client, type, ListOptions.ALL, clock).addHandler(handler);
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
        confirmations.close();
    }

    /** Objects of one kind. */
    private final class Each<T extends HasMetadata> implements Handler<T> {
        private final EventResource resource;
        private final BiFunction<Devices, T, Devices.Change> with;
        private final BiFunction<Devices, T, Devices.Change> without;

        Each(
                EventResource resource,
                BiFunction<Devices, T, Devices.Change> with,
                BiFunction<Devices, T, Devices.Change> without) {
            this.resource = resource;
            this.with = with;
            this.without = without;
        }

        @Override
        public void onAdd(T object) {
            cache.devices(devices -> with.apply(devices, object));
            tell(EventAction.ADD, null, object);
        }

        @Override
        public void onUpdate(T before, T after) {
            cache.devices(devices -> with.apply(devices, after));
            tell(EventAction.UPDATE, before, after);
        }

        @Override
        public void onDelete(T last) {
            cache.devices(devices -> without.apply(devices, last));
            tell(EventAction.DELETE, last, null);
        }

        private void tell(EventAction action, T before, T after) {
            if (resource == EventResource.RESOURCE_CLAIM) {
                confirmations.changed(ObjectKey.of(after == null ? before : after));
            }
            queue.changed(new ObjectChange(resource, Set.of(action), before, after));
        }
    }
}

package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.ResourceType;
import io.lembos.api.meta.Resources;
import io.lembos.api.selector.LabelSelectors;
import io.lembos.api.selector.Selector;
import io.lembos.api.time.Clock;
import io.lembos.scheduler.cache.SchedulerCache;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Keeps the cache's {@link io.lembos.scheduler.cache.Surroundings} as the API server has them: labels of namespaces, and
 * what Services and workloads select. Each kind has the thread of its informer.
 */
final class SurroundingsWatch implements AutoCloseable {
    private final Client client;
    private final Clock clock;
    private final SchedulerCache cache;
    private final List<Informer<?>> informers;

    SurroundingsWatch(Client client, Clock clock, SchedulerCache cache) {
        this.client = client;
        this.clock = clock;
        this.cache = cache;
        informers = List.of(
                new Informer<>(client, Resources.NAMESPACES, ListOptions.ALL, clock).addHandler(new Namespaces()),
                workloads(
                        Resources.SERVICES,
                        s -> LabelSelectors.ofMap(s.getSpec().getSelector())),
                workloads(
                        Resources.REPLICATION_CONTROLLERS,
                        r -> LabelSelectors.ofMap(r.getSpec().getSelector())),
                workloads(
                        Resources.REPLICA_SETS,
                        r -> LabelSelectors.of(r.getSpec().getSelector())),
                workloads(
                        Resources.STATEFUL_SETS,
                        s -> LabelSelectors.of(s.getSpec().getSelector())));
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

    private <T extends HasMetadata> Informer<T> workloads(ResourceType<T> type, Function<T, Selector> selector) {
        return new Informer<>(client, type, ListOptions.ALL, clock).addHandler(new Workloads<>(type.kind(), selector));
    }

    private final class Namespaces implements Handler<Namespace> {
        @Override
        public void onAdd(Namespace namespace) {
            Map<String, String> labels = namespace.getMetadata().getLabels();
            cache.surroundings(
                    s -> s.withNamespace(namespace.getMetadata().getName(), labels == null ? Map.of() : labels));
        }

        @Override
        public void onUpdate(Namespace before, Namespace after) {
            onAdd(after);
        }

        @Override
        public void onDelete(Namespace last) {
            cache.surroundings(s -> s.withoutNamespace(last.getMetadata().getName()));
        }
    }

    private final class Workloads<T extends HasMetadata> implements Handler<T> {
        private final String kind;
        private final Function<T, Selector> selector;

        Workloads(String kind, Function<T, Selector> selector) {
            this.kind = kind;
            this.selector = selector;
        }

        @Override
        public void onAdd(T workload) {
            Selector selected = selector.apply(workload);
            if (selected.equals(Selector.NOTHING)) {
                onDelete(workload);
            } else {
                cache.surroundings(s -> s.withWorkload(kind, ObjectKey.of(workload), selected));
            }
        }

        @Override
        public void onUpdate(T before, T after) {
            onAdd(after);
        }

        @Override
        public void onDelete(T last) {
            cache.surroundings(s -> s.withoutWorkload(kind, ObjectKey.of(last)));
        }
    }
}

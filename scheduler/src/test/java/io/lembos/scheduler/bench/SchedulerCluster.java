package io.lembos.scheduler.bench;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ResourceType;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.SystemClock;
import io.lembos.apiserver.InProcessApi;
import io.lembos.apiserver.authz.BootstrapPolicy;
import io.lembos.apiserver.registry.ResourceVersions;
import io.lembos.apiserver.store.StoreTimer;
import io.lembos.apiserver.store.embedded.EmbeddedConfig;
import io.lembos.apiserver.store.embedded.EmbeddedStore;
import io.lembos.controllers.ControllerManager;
import io.lembos.scheduler.Scheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * An API server on a durable store and a scheduler, without nodes that run anything: what scheduler_perf measures. The load
 * comes through the API, and what is counted is what a watch sees.
 */
final class SchedulerCluster implements AutoCloseable {
    private static final int WRITERS = 128;
    private static final int CHURN_MILLIS = 200;
    private static final ResourceType<GenericKubernetesResource> PRIORITY_CLASSES = new ResourceType<>(
            "scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", false, GenericKubernetesResource.class);

    private final Path directory;
    private final SystemClock clock = new SystemClock();
    private final StoreTimer timer = StoreTimer.system();
    private final EmbeddedStore store;
    private final InProcessApi api;
    private final Client client;
    private final Scheduler scheduler;
    private ControllerManager controllers;
    private final Informer<Pod> pods;
    private final Map<String, AtomicInteger> bound = new ConcurrentHashMap<>();
    private final ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService churn = Executors.newSingleThreadScheduledExecutor();

    SchedulerCluster() {
        try {
            directory = Files.createTempDirectory("lembos-bench");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        store = EmbeddedStore.open(EmbeddedConfig.in(directory), new ResourceVersions(), timer);
        api = InProcessApi.over(store, clock, new Random(2));
        client = api.client(Identity.of("admin", Identity.MASTERS));
        scheduler = new Scheduler(api.client(Identity.of(BootstrapPolicy.SCHEDULER)), clock, new Random(1));
        pods = new Informer<>(client, Resources.PODS, ListOptions.ALL, clock).addHandler(new Bound());
        pods.start();
        try {
            scheduler.start();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** With the controllers that make claims of devices. */
    void startControllers() {
        controllers = new ControllerManager(api.client(Identity.of(BootstrapPolicy.CONTROLLER_MANAGER)), "root", clock);
        try {
            controllers.start();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Client client() {
        return client;
    }

    void namespace(String name, Map<String, String> labels) {
        client.create(
                Resources.NAMESPACES,
                new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withLabels(labels)
                        .endMetadata()
                        .build());
    }

    void priorityClass(String name, int value) {
        GenericKubernetesResource priority = new GenericKubernetesResource();
        priority.setApiVersion(PRIORITY_CLASSES.apiVersion());
        priority.setKind(PRIORITY_CLASSES.kind());
        priority.setMetadata(new ObjectMetaBuilder().withName(name).build());
        priority.setAdditionalProperty("value", value);
        client.create(PRIORITY_CLASSES, priority);
    }

    /** Creates a pod every 200 ms until this is closed. */
    void churn(Pod pod) {
        every(CHURN_MILLIS, () -> client.create(Resources.PODS, pod));
    }

    /** Does something again and again until the cluster is closed. */
    void every(long millis, Runnable action) {
        churn.scheduleAtFixedRate(action, 0, millis, TimeUnit.MILLISECONDS);
    }

    /** Creates objects, many at once, and returns when all are stored. */
    <T extends HasMetadata> void create(ResourceType<T> type, int count, IntFunction<T> object) {
        create(type, count, object, i -> {});
    }

    /** The same, and for each object does something before. */
    <T extends HasMetadata> void create(ResourceType<T> type, int count, IntFunction<T> object, IntConsumer before) {
        Semaphore free = new Semaphore(WRITERS);
        for (int i = 0; i < count; i++) {
            int number = i;
            T each = object.apply(i);
            free.acquireUninterruptibly();
            writers.execute(() -> {
                try {
                    before.accept(number);
                    client.create(type, each);
                } finally {
                    free.release();
                }
            });
        }
        free.acquireUninterruptibly(WRITERS);
    }

    /** Creates so many of one kind. */
    void create(int count, Pod pod) {
        create(Resources.PODS, count, i -> pod);
    }

    /** How many pods of the namespace have a node, as the watch says. */
    int bound(String namespace) {
        return counter(namespace).get();
    }

    /** Waits until so many have. */
    void awaitBound(String namespace, int count) {
        AtomicInteger counter = counter(namespace);
        synchronized (counter) {
            while (counter.get() < count) {
                try {
                    counter.wait();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    /** The pods, as the watch says. */
    Informer<Pod> pods() {
        return pods;
    }

    @Override
    public void close() {
        churn.shutdownNow();
        writers.shutdownNow();
        scheduler.close();
        if (controllers != null) {
            controllers.close();
        }
        pods.close();
        api.close();
        store.close();
        timer.close();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(SchedulerCluster::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private AtomicInteger counter(String namespace) {
        return bound.computeIfAbsent(namespace, n -> new AtomicInteger());
    }

    private final class Bound implements Handler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            if (isBound(pod)) {
                AtomicInteger counter = counter(pod.getMetadata().getNamespace());
                counter.incrementAndGet();
                synchronized (counter) {
                    counter.notifyAll();
                }
            }
        }

        @Override
        public void onUpdate(Pod before, Pod after) {
            if (!isBound(before)) {
                onAdd(after);
            }
        }

        @Override
        public void onDelete(Pod last) {}

        private static boolean isBound(Pod pod) {
            return pod.getSpec().getNodeName() != null
                    && !pod.getSpec().getNodeName().isEmpty();
        }
    }
}

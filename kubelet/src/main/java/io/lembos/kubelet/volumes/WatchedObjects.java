package io.lembos.kubelet.volumes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.ResourceType;
import io.lembos.api.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Objects of one kind that pods of this node use: each is watched once, by its name, for as long as anybody uses it.
 * Objects that cannot change are read once and not watched. Bounded by what pods name.
 *
 * <p>{@code lock} guards who uses what; waiting for the first picture of an object happens outside it.
 */
final class WatchedObjects<T extends HasMetadata> implements AutoCloseable {
    private final Client client;
    private final ResourceType<T> type;
    private final Predicate<T> immutable;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ObjectKey, Watched> watched = new HashMap<>();

    WatchedObjects(Client client, ResourceType<T> type, Predicate<T> immutable, Clock clock) {
        this.client = client;
        this.type = type;
        this.immutable = immutable;
        this.clock = clock;
    }

    /** One user of one object. */
    interface Use<T> extends AutoCloseable {
        /** The object as it was last seen; empty when there is none. */
        Optional<T> get();

        @Override
        void close();
    }

    /**
     * Begins to use an object, whether or not it exists.
     *
     * @param onChange called when it changes, comes or goes; must not block
     */
    Use<T> use(ObjectKey key, Runnable onChange) throws InterruptedException {
        Watched object;
        lock.lock();
        try {
            object = watched.computeIfAbsent(key, Watched::new);
            object.users.add(onChange);
        } finally {
            lock.unlock();
        }
        object.awaitSync();
        return new UseOf(object, onChange);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            watched.values().forEach(w -> w.informer.close());
            watched.clear();
        } finally {
            lock.unlock();
        }
    }

    private final class UseOf implements Use<T> {
        private final Watched object;
        private final Runnable onChange;

        UseOf(Watched object, Runnable onChange) {
            this.object = object;
            this.onChange = onChange;
        }

        @Override
        public Optional<T> get() {
            return object.informer.get(object.key);
        }

        @Override
        public void close() {
            lock.lock();
            try {
                object.users.remove(onChange);
                if (object.users.isEmpty()) {
                    object.informer.close();
                    watched.remove(object.key, object);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private final class Watched {
        private final ObjectKey key;
        private final Informer<T> informer;
        private final Set<Runnable> users = ConcurrentHashMap.newKeySet();

        Watched(ObjectKey key) {
            this.key = key;
            ListOptions one = new ListOptions(key.namespace(), "", "metadata.name=" + key.name(), "");
            informer = new Informer<>(client, type, one, clock)
                    .addHandler(Handler.each(object -> changed()))
                    .start();
        }

        void awaitSync() throws InterruptedException {
            informer.awaitSync();
            stopIfImmutable();
        }

        /** The first picture is nobody's change. */
        private void changed() {
            if (informer.hasSynced()) {
                users.forEach(Runnable::run);
                stopIfImmutable();
            }
        }

        private void stopIfImmutable() {
            if (informer.get(key).filter(immutable).isPresent()) {
                informer.close();
            }
        }
    }
}

package io.lembos.api.informer;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.client.Listing;
import io.lembos.api.client.WatchEvent;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.ResourceType;
import io.lembos.api.time.Clock;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a local copy of one resource equal to the server's: lists once, then follows the watch; when the watch ends or is
 * too old it resumes or lists again, and tells its handlers the difference, so that they never miss a change of state
 * (they may miss a state in between).
 *
 * <p>The cache and the handlers belong to one virtual thread, started by {@link #start}; a change is handled completely
 * before the next is read. Readers see the cache without a lock.
 */
public final class Informer<T extends HasMetadata> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Informer.class);
    private static final Duration BACKOFF_MIN = Duration.ofMillis(100);
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(10);

    private final Client client;
    private final ResourceType<T> type;
    private final ListOptions options;
    private final Clock clock;
    private final Cache<T> cache;
    private final List<Handler<T>> handlers = new CopyOnWriteArrayList<>();
    private final CountDownLatch synced = new CountDownLatch(1);
    private volatile boolean closed;
    /** Where to go on; empty when only a list can tell. */
    private volatile String revision = "";

    /** See {@link #resourceVersion}. */
    private volatile String handled = "";

    private volatile Thread thread;
    private volatile Cancellable watch;
    private volatile CompletableFuture<Void> ended = new CompletableFuture<>();

    public Informer(Client client, ResourceType<T> type, ListOptions options, Clock clock) {
        this(client, type, options, clock, Map.of());
    }

    /**
     * @param indexers secondary indexes by name: from an object to the values it is found under
     */
    public Informer(
            Client client,
            ResourceType<T> type,
            ListOptions options,
            Clock clock,
            Map<String, Function<T, Collection<String>>> indexers) {
        this.client = client;
        this.type = type;
        this.options = options;
        this.clock = clock;
        this.cache = new Cache<>(indexers);
    }

    /** Must be called before {@link #start}. */
    public Informer<T> addHandler(Handler<T> handler) {
        handlers.add(handler);
        return this;
    }

    public Informer<T> start() {
        thread = Thread.ofVirtual().name("informer-" + type.plural()).start(this::run);
        return this;
    }

    /** Waits until the first list has been handled. */
    public void awaitSync() throws InterruptedException {
        synced.await();
    }

    public boolean hasSynced() {
        return synced.getCount() == 0;
    }

    public Optional<T> get(ObjectKey key) {
        return cache.get(key);
    }

    /** The revision up to which every change has been handled; empty before the first list. */
    public String resourceVersion() {
        return handled;
    }

    /** All objects, in order of their keys. */
    public List<T> list() {
        return cache.list();
    }

    public int size() {
        return cache.size();
    }

    public List<T> byIndex(String index, String value) {
        return cache.byIndex(index, value);
    }

    @Override
    public void close() {
        closed = true;
        ended.complete(null);
        Cancellable current = watch;
        if (current != null) {
            current.cancel();
        }
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private void run() {
        Duration backoff = BACKOFF_MIN;
        while (!closed) {
            try {
                if (revision.isEmpty()) {
                    revision = relist();
                }
                follow(revision);
                backoff = BACKOFF_MIN;
            } catch (ApiError e) {
                boolean expired = e.is(Reason.Expired) || e.is(Reason.Gone);
                revision = expired ? "" : revision;
                if (!expired) {
                    LOG.warn(
                            "Informer of {}: {}; trying again in {} ms",
                            type.groupResource(),
                            e.getMessage(),
                            backoff.toMillis());
                    backoff = pause(backoff);
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("Informer of {} failed; trying again in {} ms", type.groupResource(), backoff.toMillis(), e);
                revision = "";
                backoff = pause(backoff);
            }
        }
    }

    private String relist() {
        Listing<T> listing = client.list(type, options);
        Set<ObjectKey> gone = new HashSet<>(cache.keys());
        for (T object : listing.items()) {
            gone.remove(ObjectKey.of(object));
            put(object);
        }
        gone.forEach(this::remove);
        handled = listing.resourceVersion();
        synced.countDown();
        return listing.resourceVersion();
    }

    /** Follows the watch until it ends. */
    private void follow(String from) throws InterruptedException {
        CompletableFuture<Void> end = new CompletableFuture<>();
        ended = end;
        watch = client.watch(type, options.from(from))
                .subscribe()
                .with(
                        event -> {
                            revision = handle(event);
                            handled = revision;
                        },
                        end::completeExceptionally,
                        () -> end.complete(null));
        try {
            end.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } finally {
            watch.cancel();
        }
    }

    private String handle(WatchEvent<T> event) {
        return switch (event) {
            case WatchEvent.Added<T> added -> put(added.object());
            case WatchEvent.Modified<T> modified -> put(modified.object());
            case WatchEvent.Deleted<T> deleted -> {
                remove(ObjectKey.of(deleted.object()));
                yield deleted.object().getMetadata().getResourceVersion();
            }
            case WatchEvent.Bookmark<T> bookmark -> bookmark.resourceVersion();
        };
    }

    private String put(T object) {
        String revision = object.getMetadata().getResourceVersion();
        T before = cache.put(object);
        if (before == null) {
            tell(h -> h.onAdd(object));
        } else if (!revision.equals(before.getMetadata().getResourceVersion())) {
            boolean sameObject =
                    before.getMetadata().getUid().equals(object.getMetadata().getUid());
            if (sameObject) {
                tell(h -> h.onUpdate(before, object));
            } else {
                tell(h -> h.onDelete(before));
                tell(h -> h.onAdd(object));
            }
        }
        return revision;
    }

    private void remove(ObjectKey key) {
        T last = cache.remove(key);
        if (last != null) {
            tell(h -> h.onDelete(last));
        }
    }

    private void tell(java.util.function.Consumer<Handler<T>> call) {
        for (Handler<T> handler : handlers) {
            try {
                call.accept(handler);
            } catch (RuntimeException e) {
                LOG.error("A handler of {} failed", type.groupResource(), e);
            }
        }
    }

    private Duration pause(Duration backoff) {
        CountDownLatch over = new CountDownLatch(1);
        Clock.Timer timer = clock.after(backoff, over::countDown);
        try {
            over.await();
        } catch (InterruptedException e) {
            timer.cancel();
            Thread.currentThread().interrupt();
        }
        Duration doubled = backoff.multipliedBy(2);
        return doubled.compareTo(BACKOFF_MAX) > 0 ? BACKOFF_MAX : doubled;
    }
}

package io.lembos.apiserver.store.etcd;

import static io.lembos.apiserver.store.etcd.EtcdConnection.bytes;

import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import io.lembos.apiserver.store.Materializer;
import io.lembos.apiserver.store.cache.Image;
import io.lembos.apiserver.store.cache.Image.Step;
import io.lembos.apiserver.store.cache.Image.Write;
import io.lembos.apiserver.store.cache.WatchCache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the watch cache at etcd's heels: every change under the prefix once, in order, across lost connections.
 *
 * <p>jetcd resumes a broken watch by itself, but from the revision of the stream's creation, which may lie after
 * events that it never delivered. So a watch that reports any failure is closed, and a new one is opened at the cache's
 * revision + 1. What an abandoned watch still delivers is dropped ({@code generation}). If etcd has compacted the
 * revisions in between, the cache is reset from a new listing, and its watchers have to list again.
 *
 * <p>One thread opens watches and waits for their end; the event loop publishes. Both under the monitor.
 */
final class EtcdFollower implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdFollower.class);
    private static final Duration RETRY_MIN = Duration.ofMillis(100);
    private static final Duration RETRY_MAX = Duration.ofSeconds(2);

    private final EtcdConnection connection;
    private final EtcdListing listing;
    private final WatchCache cache;
    private final Materializer materializer;
    private final CountDownLatch closed = new CountDownLatch(1);
    private CompletableFuture<Throwable> end = new CompletableFuture<>();
    private int generation;
    private int failures;

    EtcdFollower(EtcdConnection connection, EtcdListing listing, WatchCache cache, Materializer materializer) {
        this.connection = connection;
        this.listing = listing;
        this.cache = cache;
        this.materializer = materializer;
    }

    @Override
    public void run() {
        try {
            do {
                followOnce();
            } while (!closed.await(retryDelay().toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void close() {
        closed.countDown();
        abandon();
    }

    private void followOnce() throws InterruptedException {
        try {
            if (failures > 1) {
                connection.renew();
            }
            Throwable cause = follow();
            failures++;
            LOG.debug("the watch of etcd ended", cause);
            if (cause instanceof CompactedException && closed.getCount() > 0) {
                cache.reset(listing.read());
                failures = 0;
            }
        } catch (RuntimeException e) {
            failures++;
            LOG.debug("etcd cannot be followed", e);
        }
    }

    /** Follows until the watch ends; says why it did. */
    private Throwable follow() throws InterruptedException {
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        int mine;
        synchronized (this) {
            mine = ++generation;
            end = ended;
        }
        if (closed.getCount() == 0) {
            return new IllegalStateException("closed");
        }
        WatchOption option = WatchOption.builder()
                .withRevision(cache.revision() + 1)
                .isPrefix(true)
                .withRequireLeader(true)
                .build();
        Watch.Listener listener = Watch.listener(
                response -> onEvents(mine, response, ended),
                failure -> onEnd(mine, failure, ended),
                () -> onEnd(mine, new IllegalStateException("the watch completed"), ended));
        try (Watch.Watcher watcher = connection.watch().watch(bytes(listing.prefix()), option, listener)) {
            return ended.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a watch is a value", e);
        } finally {
            abandon();
        }
    }

    private synchronized void abandon() {
        generation++;
        end.complete(new IllegalStateException("abandoned"));
    }

    private synchronized void onEvents(int from, WatchResponse response, CompletableFuture<Throwable> ended) {
        if (from != generation) {
            return;
        }
        try {
            cache.publish(steps(response.getEvents()));
            failures = 0;
        } catch (RuntimeException e) {
            onEnd(from, e, ended);
        }
    }

    /** Nothing that comes after a failure is believed, for jetcd may already have left events out. */
    private synchronized void onEnd(int from, Throwable cause, CompletableFuture<Throwable> ended) {
        if (from == generation) {
            generation++;
        }
        ended.complete(cause);
    }

    /** One step for each revision; etcd never splits a revision between two responses. */
    private List<Step> steps(List<WatchEvent> events) {
        List<Step> steps = new ArrayList<>();
        Image image = cache.image();
        int first = 0;
        while (first < events.size()) {
            long revision = events.get(first).getKeyValue().getModRevision();
            List<Write> writes = new ArrayList<>();
            int next = first;
            while (next < events.size() && events.get(next).getKeyValue().getModRevision() == revision) {
                write(events.get(next)).ifPresent(writes::add);
                next++;
            }
            if (revision > image.revision()) {
                Step step = image.step(revision, writes, materializer);
                steps.add(step);
                image = step.image();
            }
            first = next;
        }
        return steps;
    }

    private Optional<Write> write(WatchEvent event) {
        KeyValue kv = event.getKeyValue();
        String key = kv.getKey().toString();
        if (listing.isMarker(key)) {
            return Optional.empty();
        }
        Optional<byte[]> value = event.getEventType() == WatchEvent.EventType.PUT
                ? Optional.of(kv.getValue().getBytes())
                : Optional.empty();
        return Optional.of(new Write(key, value));
    }

    private Duration retryDelay() {
        Duration delay = RETRY_MIN.multipliedBy(1L << Math.min(failures, 5));
        return failures == 0 ? Duration.ZERO : delay.compareTo(RETRY_MAX) > 0 ? RETRY_MAX : delay;
    }
}

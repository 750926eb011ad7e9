package io.lembos.apiserver.store.cache;

import io.lembos.apiserver.store.CompactedException;
import io.lembos.apiserver.store.Range;
import io.lembos.apiserver.store.RangeResult;
import io.lembos.apiserver.store.StoreEvent;
import io.lembos.apiserver.store.StoreUnavailableException;
import io.lembos.apiserver.store.cache.Image.Step;
import io.smallrye.mutiny.Multi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells every commit once, in order, to every interested watcher, and serves ranges at any kept revision.
 *
 * <p>Publishing never waits for a watcher: it puts the shared event into bounded buffers and wakes each watcher once
 * for a whole batch. A slow watcher is closed ({@link Watcher}); a watch or range older than the history is refused.
 *
 * <p>The lock guards history, watchers and the order of publishing; because a watch is registered under the same lock
 * that publishes, replayed history and live events join without gap or repetition. The latest image is read without
 * it. It does not make anything durable and knows no engine.
 */
public final class WatchCache {
    private final CacheLimits limits;
    private final Executor deliveries;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private final Interest interest = new Interest();
    private History history;
    private volatile Image latest;
    private boolean closed;

    /** A cache whose history begins at {@code base}. */
    public WatchCache(Image base, CacheLimits limits, Executor deliveries) {
        this.limits = limits;
        this.deliveries = deliveries;
        this.latest = base;
        this.history = new History(limits.historyCommitsMax(), base);
    }

    /** Shows durable steps to readers and watchers; called by one writer, in the order of revisions. */
    public void publish(List<Step> steps) {
        List<Watcher> woken = new ArrayList<>();
        lock.lock();
        try {
            for (Step step : steps) {
                history.append(step);
                latest = step.image();
                step.events().forEach(event -> interest.offer(event, woken::add));
            }
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
        woken.forEach(Watcher::wake);
    }

    /** Starts anew from an image after changes were missed: every watcher has to list again. */
    public void reset(Image base) {
        List<Watcher> watchers;
        lock.lock();
        try {
            history = new History(limits.historyCommitsMax(), base);
            latest = base;
            watchers = interest.all();
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
        watchers.forEach(w -> w.end(Optional.of(new CompactedException(w.fromRevision(), base.revision()))));
    }

    /** The latest published image. */
    public Image image() {
        return latest;
    }

    public long revision() {
        return latest.revision();
    }

    public long compactedRevision() {
        lock.lock();
        try {
            return history.oldestRevision();
        } finally {
            lock.unlock();
        }
    }

    public int watchers() {
        lock.lock();
        try {
            return interest.size();
        } finally {
            lock.unlock();
        }
    }

    /** A range at a revision that is local knowledge: 0 means the latest published. */
    public RangeResult range(Range range) {
        Image image = latest;
        if (range.revision() > image.revision()) {
            return new RangeResult.FutureRevision(image.revision());
        }
        if (range.revision() == Range.LATEST || range.revision() == image.revision()) {
            return image.page(range);
        }
        lock.lock();
        try {
            if (range.revision() < history.oldestRevision()) {
                return new RangeResult.Compacted(history.oldestRevision());
            }
            image = history.at(range.revision());
        } finally {
            lock.unlock();
        }
        return new Image(range.revision(), image.entries()).page(range);
    }

    /** The kept events after a revision, or empty if that revision is no longer kept. */
    public Optional<List<StoreEvent.Change>> eventsSince(long revision) {
        lock.lock();
        try {
            return revision < history.oldestRevision() ? Optional.empty() : Optional.of(history.since(revision));
        } finally {
            lock.unlock();
        }
    }

    public Multi<StoreEvent> watch(String prefix, long fromRevision) {
        return Multi.createFrom().publisher(subscriber -> subscribe(prefix, fromRevision, subscriber));
    }

    public void requestProgress() {
        lock.lock();
        try {
            long revision = latest.revision();
            interest.all().forEach(watcher -> watcher.progress(revision));
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the revision has been published; false if it was not in time. */
    public boolean awaitRevision(long revision, Duration timeout) throws InterruptedException {
        if (latest.revision() >= revision) {
            return true;
        }
        long nanos = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (latest.revision() < revision && nanos > 0) {
                nanos = advanced.awaitNanos(nanos);
            }
            return latest.revision() >= revision;
        } finally {
            lock.unlock();
        }
    }

    /** Completes the watchers; watches that come later fail. */
    public void close() {
        List<Watcher> watchers;
        lock.lock();
        try {
            closed = true;
            watchers = interest.all();
        } finally {
            lock.unlock();
        }
        watchers.forEach(watcher -> watcher.end(Optional.empty()));
    }

    private void subscribe(String prefix, long fromRevision, Flow.Subscriber<? super StoreEvent> subscriber) {
        Watcher watcher =
                new Watcher(prefix, fromRevision, limits.watchBufferEventsMax(), subscriber, deliveries, this::remove);
        subscriber.onSubscribe(watcher);
        refusal(watcher).ifPresent(refusal -> watcher.end(Optional.of(refusal)));
    }

    /** Registers the watcher, or says why not. */
    private Optional<Throwable> refusal(Watcher watcher) {
        List<StoreEvent.Change> missed;
        lock.lock();
        try {
            if (closed) {
                return Optional.of(new StoreUnavailableException("the store is closed"));
            }
            if (watcher.fromRevision() < history.oldestRevision()) {
                return Optional.of(new CompactedException(watcher.fromRevision(), history.oldestRevision()));
            }
            missed = history.since(watcher.fromRevision());
            missed.removeIf(
                    event -> !Interest.matches(watcher.prefix(), event.entry().key()));
            watcher.replay(missed);
            if (!watcher.isEnded()) {
                interest.add(watcher);
            }
        } finally {
            lock.unlock();
        }
        watcher.wakeIfDue();
        return Optional.empty();
    }

    private void remove(Watcher watcher) {
        lock.lock();
        try {
            interest.remove(watcher);
        } finally {
            lock.unlock();
        }
    }
}

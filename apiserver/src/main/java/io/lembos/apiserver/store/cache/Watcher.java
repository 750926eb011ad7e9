package io.lembos.apiserver.store.cache;

import io.lembos.apiserver.store.StoreEvent;
import io.lembos.apiserver.store.WatchOverflowException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * One subscription: a bounded buffer between the publisher, which never waits, and a subscriber that may be slow.
 *
 * <p>The buffer begins with the history that the subscriber missed and then holds at most {@code bufferEventsMax}
 * more; one event beyond drops the buffer and closes the watch with {@link WatchOverflowException}, at once, so that a
 * subscriber that asks for nothing holds no memory. All fields are guarded by this object's monitor; the subscriber is called outside of it, by one thread
 * at a time ({@code running}), so that its events are in order.
 */
final class Watcher implements Flow.Subscription, Runnable {
    private static final int DELIVERY_EVENTS_MAX = 256;

    private final String prefix;
    private final long fromRevision;
    private final int bufferEventsMax;
    private final Flow.Subscriber<? super StoreEvent> subscriber;
    private final Executor executor;
    private final Consumer<Watcher> onEnd;

    private final ArrayDeque<StoreEvent> buffer = new ArrayDeque<>();
    private int backlog;
    private long requested;
    private long progressWanted;
    private long progressTold;
    private Optional<Throwable> failure = Optional.empty();
    private boolean completed;
    private boolean ended;
    private boolean running;

    Watcher(
            String prefix,
            long fromRevision,
            int bufferEventsMax,
            Flow.Subscriber<? super StoreEvent> subscriber,
            Executor executor,
            Consumer<Watcher> onEnd) {
        this.prefix = prefix;
        this.fromRevision = fromRevision;
        this.bufferEventsMax = bufferEventsMax;
        this.subscriber = subscriber;
        this.executor = executor;
        this.onEnd = onEnd;
    }

    String prefix() {
        return prefix;
    }

    long fromRevision() {
        return fromRevision;
    }

    /** The history since {@code fromRevision}, before any {@link #offer}. */
    synchronized void replay(Collection<? extends StoreEvent> events) {
        buffer.addAll(events);
        backlog = buffer.size();
    }

    /** Takes an event in; true if the watcher then has to be woken. */
    synchronized boolean offer(StoreEvent.Change event) {
        if (ended || completed || failure.isPresent() || event.revision() <= fromRevision) {
            return false;
        }
        if (buffer.size() - backlog >= bufferEventsMax) {
            fail(new WatchOverflowException(prefix, bufferEventsMax));
        } else {
            buffer.add(event);
        }
        return toRunning();
    }

    void wakeIfDue() {
        boolean wake;
        synchronized (this) {
            wake = toRunning();
        }
        wakeIf(wake);
    }

    void wake() {
        executor.execute(this);
    }

    void progress(long revision) {
        boolean wake;
        synchronized (this) {
            progressWanted = revision;
            wake = toRunning();
        }
        wakeIf(wake);
    }

    /** Ends the watch: at once with a failure or, if there is none, normally after what is buffered. */
    void end(Optional<Throwable> cause) {
        boolean wake;
        synchronized (this) {
            cause.ifPresentOrElse(this::fail, () -> completed = true);
            wake = toRunning();
        }
        wakeIf(wake);
    }

    synchronized boolean isEnded() {
        return ended;
    }

    @Override
    public void request(long events) {
        boolean wake;
        synchronized (this) {
            requested = requested + events < 0 ? Long.MAX_VALUE : requested + events;
            wake = toRunning();
        }
        wakeIf(wake);
    }

    @Override
    public void cancel() {
        synchronized (this) {
            ended = true;
            buffer.clear();
        }
        onEnd.accept(this);
    }

    /** Delivers until there is nothing left to deliver or nobody asks for more. */
    @Override
    public void run() {
        List<StoreEvent> batch = new ArrayList<>();
        while (take(batch)) {
            batch.forEach(subscriber::onNext);
            batch.clear();
        }
        terminate();
    }

    private synchronized boolean take(List<StoreEvent> batch) {
        while (!ended && requested > 0 && batch.size() < DELIVERY_EVENTS_MAX && !buffer.isEmpty()) {
            batch.add(buffer.poll());
            backlog = Math.max(0, backlog - 1);
            count();
        }
        if (batch.isEmpty() && progressDue()) {
            progressTold = progressWanted;
            batch.add(new StoreEvent.Progress(progressTold));
            count();
        }
        running = !batch.isEmpty();
        return running;
    }

    private void terminate() {
        Optional<Throwable> cause;
        synchronized (this) {
            if (ended || running || !buffer.isEmpty() || (failure.isEmpty() && !completed)) {
                return;
            }
            ended = true;
            cause = failure;
        }
        onEnd.accept(this);
        cause.ifPresentOrElse(subscriber::onError, subscriber::onComplete);
    }

    private void fail(Throwable cause) {
        if (failure.isEmpty() && !completed) {
            failure = Optional.of(cause);
            buffer.clear();
        }
    }

    private void count() {
        if (requested != Long.MAX_VALUE) {
            requested--;
        }
    }

    private boolean progressDue() {
        return !ended && requested > 0 && buffer.isEmpty() && progressWanted > progressTold;
    }

    /** True if this call has to start the delivery. */
    private boolean toRunning() {
        boolean due = !ended && ((requested > 0 && !buffer.isEmpty()) || progressDue() || terminationDue());
        boolean start = due && !running;
        running |= start;
        return start;
    }

    private boolean terminationDue() {
        return buffer.isEmpty() && (failure.isPresent() || completed);
    }

    private void wakeIf(boolean wake) {
        if (wake) {
            wake();
        }
    }
}

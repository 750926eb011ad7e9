package io.lembos.apiserver.handlers;

import io.lembos.api.time.Clock;
import io.lembos.apiserver.http.Exchange;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets a virtual thread wait until a client has taken what was written to it, so that a slow client holds up its own
 * thread and nothing else. A client that takes nothing for {@link #STALL_MAX} is cut off: it may be gone without a word,
 * and would hold the thread and what it has still to write for ever.
 *
 * <p>One writer; the event loop and the clock wake it. {@code lock} guards the state.
 */
final class Flow {
    static final Duration STALL_MAX = Duration.ofSeconds(30);

    private final WatchChannel channel;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Runnable onClose;
    private boolean closed;

    /** For an answer that the caller writes to the response itself. */
    Flow(Exchange exchange, Clock clock) {
        this(new ResponseChannel(exchange.response(), exchange.eventLoop(), ""), clock, () -> {});
    }

    /** @param onClose runs when the client goes away before the answer is complete, or has gone already */
    Flow(WatchChannel channel, Clock clock, Runnable onClose) {
        this.channel = channel;
        this.clock = clock;
        this.onClose = onClose;
        channel.onClose(this::close);
        if (channel.isOver()) {
            close();
        }
    }

    /** Waits until more may be written; false when the client is gone or the answer has ended. */
    boolean awaitRoom() throws InterruptedException {
        try {
            if (!channel.isFull()) {
                return isOpen();
            }
            channel.onDrain(drained -> wake());
        } catch (IllegalStateException e) {
            return false; // Ended by the clock or the event loop in between.
        }
        Clock.Timer stall = clock.after(STALL_MAX, this::cut);
        lock.lockInterruptibly();
        try {
            while (!closed && isFull()) {
                changed.await();
            }
            return !closed && !channel.isOver();
        } finally {
            lock.unlock();
            stall.cancel();
        }
    }

    private boolean isFull() {
        try {
            return !channel.isOver() && channel.isFull();
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /** Ends the waiting; nothing more may be written. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        onClose.run();
    }

    private void cut() {
        channel.reset();
        close();
    }

    private boolean isOpen() {
        lock.lock();
        try {
            return !closed && !channel.isOver();
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

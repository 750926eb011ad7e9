package io.lembos.apiserver.handlers;

import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets a virtual thread wait until a client has taken what was written to it, so that a slow client holds up its own
 * thread and nothing else. One writer; the event loop wakes it. {@code lock} guards the state.
 */
final class Flow {
    private final HttpServerResponse response;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Runnable onClose;
    private boolean closed;

    Flow(HttpServerResponse response) {
        this(response, () -> {});
    }

    /** @param onClose runs when the client goes away before the answer is complete */
    Flow(HttpServerResponse response, Runnable onClose) {
        this.response = response;
        this.onClose = onClose;
        response.exceptionHandler(failure -> close());
        response.closeHandler(end -> close());
    }

    /** Waits until more may be written; false when the client is gone. */
    boolean awaitRoom() throws InterruptedException {
        if (!response.writeQueueFull()) {
            return !closed();
        }
        response.drainHandler(drained -> wake());
        lock.lockInterruptibly();
        try {
            while (response.writeQueueFull() && !closed && !response.closed()) {
                changed.await();
            }
            return !closed && !response.closed();
        } finally {
            lock.unlock();
        }
    }

    private boolean closed() {
        lock.lock();
        try {
            return closed || response.closed();
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

    private void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        onClose.run();
    }
}

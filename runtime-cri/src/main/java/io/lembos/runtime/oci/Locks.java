package io.lembos.runtime.oci;

import java.util.concurrent.locks.ReentrantLock;

/** Orders calls on the same object. A fixed number of locks, so that nothing is remembered of objects that are gone. */
final class Locks {
    private final ReentrantLock[] stripes = new ReentrantLock[256];

    Locks() {
        java.util.Arrays.setAll(stripes, i -> new ReentrantLock());
    }

    interface Step<T> {
        T run() throws java.io.IOException;
    }

    <T> T with(String id, Step<T> step) throws java.io.IOException {
        ReentrantLock lock = stripes[Math.floorMod(id.hashCode(), stripes.length)];
        lock.lock();
        try {
            return step.run();
        } finally {
            lock.unlock();
        }
    }
}

package io.lembos.integration.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Keeps a number of requests under way for a while: each that ends begins the next. Bounded in number and time. */
final class ClosedLoop {
    private final int concurrency;
    private final double seconds;
    private final Latencies latencies;

    ClosedLoop(int concurrency, double seconds) {
        this(concurrency, seconds, new Latencies());
    }

    /** @param latencies told how long each request took that was answered */
    ClosedLoop(int concurrency, double seconds, Latencies latencies) {
        this.concurrency = concurrency;
        this.seconds = seconds;
        this.latencies = latencies;
    }

    /** One request; calls back when it is answered. */
    interface Request {
        void send(Runnable onSuccess, Runnable onFailure);
    }

    /** @return answered requests per second */
    double run(Consumer<AtomicLong> onFailures, Request request) {
        AtomicLong done = new AtomicLong();
        AtomicLong failed = new AtomicLong();
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch ended = new CountDownLatch(concurrency);
        long begun = System.nanoTime();
        long end = begun + (long) (seconds * 1e9);
        for (int i = 0; i < concurrency; i++) {
            next(request, done, failed, stop, end, ended);
        }
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        onFailures.accept(failed);
        return done.get() / ((System.nanoTime() - begun) / 1e9);
    }

    private void next(
            Request request, AtomicLong done, AtomicLong failed, AtomicBoolean stop, long end, CountDownLatch ended) {
        if (System.nanoTime() >= end || stop.get()) {
            ended.countDown();
            return;
        }
        long sent = System.nanoTime();
        request.send(
                () -> {
                    latencies.add(System.nanoTime() - sent);
                    done.incrementAndGet();
                    next(request, done, failed, stop, end, ended);
                },
                () -> {
                    failed.incrementAndGet();
                    stop.set(true);
                    ended.countDown();
                });
    }
}

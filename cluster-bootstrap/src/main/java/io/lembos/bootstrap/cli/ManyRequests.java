package io.lembos.bootstrap.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** One request for each of many things, a few at a time, with progress; stops at the first that fails. */
final class ManyRequests {
    private static final int AT_ONCE = 32;

    private ManyRequests() {}

    /** One request. */
    @FunctionalInterface
    interface Request<T> {
        void send(T item) throws IOException, InterruptedException;
    }

    /** @param title what is shown meanwhile */
    static <T> void send(String title, List<T> items, Request<T> request) throws IOException, InterruptedException {
        AtomicInteger done = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(
                AT_ONCE, Thread.ofVirtual().name("request-", 0).factory())) {
            List<Future<Void>> sent = items.stream()
                    .map(item -> threads.<Void>submit(() -> {
                        request.send(item);
                        Terminal.progress(title, done.incrementAndGet(), items.size());
                        return null;
                    }))
                    .toList();
            try {
                for (Future<Void> one : sent) {
                    one.get();
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                Terminal.clear();
                throw asThrown(e);
            }
        }
    }

    private static IOException asThrown(ExecutionException e) {
        if (e.getCause() instanceof UserError error) {
            throw error;
        }
        return e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    }
}

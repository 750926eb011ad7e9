package io.lembos.runtime.oci;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Wakes who waits for a file in one of a few folders. One inotify instance and one thread, however many wait. */
final class Arrivals implements AutoCloseable {
    /** How long the death of the one who should write the file may go unnoticed. */
    private static final long SUSPICION_MS = 1000;

    private final WatchService watch;
    private final Listener listener;

    /** Hears of every file, on the one thread; must be quick. */
    interface Listener {
        void arrived(Path file);

        /** There were more than could be remembered. */
        void missed();
    }

    Arrivals(List<Path> folders) throws IOException {
        this(folders, null);
    }

    /** @param listener null for none */
    Arrivals(List<Path> folders, Listener listener) throws IOException {
        this.listener = listener;
        watch = folders.get(0).getFileSystem().newWatchService();
        for (Path folder : folders) {
            folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
        }
        Thread.ofPlatform().daemon().name("oci-arrivals").start(this::listen);
    }

    private void listen() {
        try {
            while (true) {
                WatchKey key = watch.take();
                List<WatchEvent<?>> events = key.pollEvents();
                key.reset();
                wake();
                if (listener != null) {
                    events.forEach(event -> tell((Path) key.watchable(), event));
                }
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            wake();
        }
    }

    private void tell(Path folder, WatchEvent<?> event) {
        if (event.context() instanceof Path name) {
            listener.arrived(folder.resolve(name));
        } else {
            listener.missed();
        }
    }

    /** Lets all look again, for somebody may have become hopeless. */
    synchronized void wake() {
        notifyAll();
    }

    /** @param hopeless nobody is left who could write it @return whether it is there */
    synchronized boolean await(Path file, Duration limit, BooleanSupplier hopeless) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (!Files.exists(file)) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0 || hopeless.getAsBoolean()) {
                    return Files.exists(file);
                }
                wait(Math.min(left, SUSPICION_MS));
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        watch.close();
    }
}

package io.lembos.runtime.store;

import io.lembos.runtime.images.Digest;
import io.lembos.runtime.images.ImageFormatException;
import io.lembos.runtime.time.RuntimeClock;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Fetches one blob into a file. A connection that breaks, or brings nothing for a while, is taken up again where it stopped,
 * a few times; what is there in the end has the digest that was asked for, or is not there. A half file stays for the next
 * pull to go on with.
 */
final class BlobFetch {
    private static final int ATTEMPTS_MAX = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

    private final ContentSource source;
    private final Descriptor wanted;
    private final Path file;
    private final RuntimeClock clock;

    /** @param file where the blob comes to lie, beginning with what an earlier pull left there */
    BlobFetch(ContentSource source, Descriptor wanted, Path file, RuntimeClock clock) {
        this.source = source;
        this.wanted = wanted;
        this.file = file;
        this.clock = clock;
    }

    void run() throws IOException {
        IOException last = null;
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            if (attempt > 0) {
                pause(FIRST_PAUSE.multipliedBy(1L << (attempt - 1)));
            }
            try {
                if (length() < wanted.size()) {
                    fetch(length());
                }
                if (length() == wanted.size()) {
                    verify();
                    return;
                }
                last = new IOException("got " + length() + " of " + wanted.size() + " bytes");
            } catch (FileNotFoundException | RegistrySource.Denied e) {
                throw e; // Asking again gives the same.
            } catch (IOException e) {
                last = e;
            }
        }
        throw new IOException("failed to copy " + wanted.digest() + ": " + last.getMessage(), last);
    }

    private long length() throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    private void fetch(long from) throws IOException {
        ContentSource.Content content = source.open(wanted, from);
        try (InputStream in = content.stream();
                OutputStream out = content.from() > 0
                        ? Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                        : Files.newOutputStream(file)) {
            copy(in, out, wanted.size() - content.from());
        }
    }

    private void copy(InputStream in, OutputStream out, long left) throws IOException {
        AtomicLong copied = new AtomicLong();
        Silence silence = new Silence(in, copied);
        try {
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (copied.addAndGet(n) > left) {
                    Files.deleteIfExists(file);
                    throw new ImageFormatException(
                            wanted.digest() + " is longer than the " + wanted.size() + " bytes that it should have");
                }
                out.write(buffer, 0, n);
            }
        } finally {
            silence.end();
        }
    }

    private void verify() throws IOException {
        MessageDigest computation = Digest.algorithm();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), computation)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        Digest actual = Digest.of(computation);
        if (!actual.equals(wanted.digest())) {
            Files.delete(file);
            throw new ImageFormatException("unexpected commit digest " + actual + ", expected " + wanted.digest());
        }
    }

    private void pause(Duration pause) throws IOException {
        CountDownLatch over = new CountDownLatch(1);
        Runnable cancel = clock.after(pause, over::countDown);
        try {
            over.await();
        } catch (InterruptedException e) {
            cancel.run();
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("the pull was interrupted");
        }
    }

    /** Closes a stream that has brought nothing for {@link #SILENCE_MAX}, which ends the read that waits for it. */
    private final class Silence {
        private final InputStream in;
        private final AtomicLong copied;
        private long seen;
        private volatile boolean over;
        private volatile Runnable cancel = () -> {};

        Silence(InputStream in, AtomicLong copied) {
            this.in = in;
            this.copied = copied;
            cancel = clock.after(SILENCE_MAX, this::look);
        }

        private void look() {
            if (over) {
                return;
            }
            if (copied.get() == seen) {
                try {
                    in.close();
                } catch (IOException e) {
                    // It is closed all the same.
                }
                return;
            }
            seen = copied.get();
            cancel = clock.after(SILENCE_MAX, this::look);
        }

        void end() {
            over = true;
            cancel.run();
        }
    }
}

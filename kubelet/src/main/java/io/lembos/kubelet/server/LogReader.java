package io.lembos.kubelet.server;

import io.lembos.kubelet.logs.RotatedLogs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Reads one container's log file from where the options say and, if wanted, goes on as it grows, told by the file system, and
 * where it goes on in another file when it is rotated. Keeps one chunk in memory, however long the log or its lines' number is. Used by one thread.
 */
final class LogReader {
    private static final int CHUNK_BYTES = 64 * 1024;
    /** How often a follower asks whether the container still runs when its log says nothing. */
    private static final long LOOK_SECONDS = 1;

    private final Path file;
    private final LogOptions options;
    private final BooleanSupplier containerRuns;
    private long left;
    private boolean lineBegins = true;
    private final ByteArrayOutputStream rest = new ByteArrayOutputStream();

    /** Takes pieces of log; false when it wants no more. */
    interface Sink {
        boolean write(byte[] bytes, int length) throws IOException, InterruptedException;
    }

    LogReader(Path file, LogOptions options, BooleanSupplier containerRuns) {
        this.file = file;
        this.options = options;
        this.containerRuns = containerRuns;
        this.left = options.limitBytes() < 0 ? Long.MAX_VALUE : options.limitBytes();
    }

    void readTo(Sink sink) throws IOException, InterruptedException {
        try (WatchService changes = options.follow() ? watch() : null) {
            FileChannel log = FileChannel.open(file, StandardOpenOption.READ);
            try {
                Object key = key(file);
                log.position(TailPosition.find(log, options.tailLines()));
                while (drain(log, sink) && options.follow()) {
                    boolean runs = containerRuns.getAsBoolean();
                    Optional<Path> next = RotatedLogs.after(file, key);
                    // Again, for what came before the log went on elsewhere, or before the container ended.
                    if (!drain(log, sink)) {
                        return;
                    }
                    if (next.isPresent()) {
                        log.close();
                        log = FileChannel.open(next.get(), StandardOpenOption.READ);
                        key = key(next.get());
                    } else if (!runs || !await(changes, sink)) {
                        return;
                    }
                }
            } finally {
                log.close();
            }
        }
    }

    private WatchService watch() throws IOException {
        WatchService changes = file.getFileSystem().newWatchService();
        file.getParent().register(changes, StandardWatchEventKinds.ENTRY_MODIFY, StandardWatchEventKinds.ENTRY_CREATE);
        return changes;
    }

    private static Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /** Waits until something was written; false when the reader wants no more. */
    private static boolean await(WatchService changes, Sink sink) throws IOException, InterruptedException {
        WatchKey changed = changes.poll(LOOK_SECONDS, TimeUnit.SECONDS);
        if (changed == null) {
            return sink.write(new byte[0], 0);
        }
        changed.pollEvents();
        changed.reset();
        return true;
    }

    /** Reads to the present end of the file; false when the reader wants no more. */
    private boolean drain(FileChannel log, Sink sink) throws IOException, InterruptedException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        ByteArrayOutputStream out = new ByteArrayOutputStream(CHUNK_BYTES);
        while (log.read(chunk.clear()) > 0) {
            cut(chunk.array(), chunk.position(), out);
            byte[] bytes = out.toByteArray();
            out.reset();
            int length = (int) Math.min(bytes.length, left);
            left -= length;
            if ((length > 0 && !sink.write(bytes, length)) || left == 0) {
                return false;
            }
        }
        return true;
    }

    /** Cuts a chunk at its line ends and keeps the unfinished rest for the next one. */
    private void cut(byte[] chunk, int length, ByteArrayOutputStream out) {
        int from = 0;
        for (int i = 0; i < length; i++) {
            if (chunk[i] != '\n') {
                continue;
            }
            if (rest.size() == 0) {
                append(chunk, from, i, out);
            } else {
                rest.write(chunk, from, i - from);
                append(rest.toByteArray(), 0, rest.size(), out);
                rest.reset();
            }
            from = i + 1;
        }
        rest.write(chunk, from, length - from);
    }

    private void append(byte[] bytes, int from, int to, ByteArrayOutputStream out) {
        CriLogLine line = CriLogLine.parse(bytes, from, to);
        if (line == null || options.since().filter(line::isBefore).isPresent()) {
            return;
        }
        if (options.timestamps() && lineBegins) {
            out.writeBytes((line.time() + " ").getBytes(StandardCharsets.US_ASCII));
        }
        line.writeTo(out);
        lineBegins = !line.partial();
    }
}

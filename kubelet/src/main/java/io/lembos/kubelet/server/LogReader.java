package io.lembos.kubelet.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Reads one container's log file from where the options say and, if wanted, goes on as it grows, told by the file system.
 * Keeps one chunk in memory, however long the log or its lines' number is. Used by one thread.
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
        try (FileChannel log = FileChannel.open(file, StandardOpenOption.READ)) {
            log.position(TailPosition.find(log, options.tailLines()));
            Records records = new Records();
            if (!drain(log, records, sink) || !options.follow()) {
                return;
            }
            follow(log, records, sink);
        }
    }

    private void follow(FileChannel log, Records records, Sink sink) throws IOException, InterruptedException {
        try (WatchService changes = file.getFileSystem().newWatchService()) {
            file.getParent().register(changes, StandardWatchEventKinds.ENTRY_MODIFY);
            while (true) {
                boolean runs = containerRuns.getAsBoolean();
                if (!drain(log, records, sink) || !runs) {
                    return;
                }
                WatchKey key = changes.poll(LOOK_SECONDS, TimeUnit.SECONDS);
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                } else if (!sink.write(new byte[0], 0)) {
                    return;
                }
            }
        }
    }

    /** Reads to the present end of the file; false when the reader wants no more. */
    private boolean drain(FileChannel log, Records records, Sink sink) throws IOException, InterruptedException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        while (log.read(chunk.clear()) > 0) {
            chunk.flip();
            var out = new java.io.ByteArrayOutputStream(chunk.remaining());
            records.feed(chunk, record -> append(record, out));
            byte[] bytes = out.toByteArray();
            int length = (int) Math.min(bytes.length, left);
            left -= length;
            if ((length > 0 && !sink.write(bytes, length)) || left == 0) {
                return false;
            }
        }
        return true;
    }

    private void append(byte[] record, java.io.ByteArrayOutputStream out) {
        CriLogLine line = CriLogLine.parse(record);
        if (line == null || options.since().filter(line::isBefore).isPresent()) {
            return;
        }
        if (options.timestamps() && lineBegins) {
            out.writeBytes((line.time() + " ").getBytes(StandardCharsets.US_ASCII));
        }
        out.writeBytes(line.content());
        lineBegins = !line.partial();
    }

    /** Cuts a stream of bytes at line ends; keeps the unfinished rest for the next piece. */
    private static final class Records {
        private final java.io.ByteArrayOutputStream rest = new java.io.ByteArrayOutputStream();

        void feed(ByteBuffer chunk, java.util.function.Consumer<byte[]> onRecord) {
            while (chunk.hasRemaining()) {
                byte b = chunk.get();
                if (b == '\n') {
                    onRecord.accept(rest.toByteArray());
                    rest.reset();
                } else {
                    rest.write(b);
                }
            }
        }
    }
}

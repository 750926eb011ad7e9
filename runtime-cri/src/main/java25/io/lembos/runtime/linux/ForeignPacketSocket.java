package io.lembos.runtime.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lembos.runtime.process.LinuxCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A connected socket. Its number is given back only when nobody is within a call on it, so that it is never another's. */
final class ForeignPacketSocket implements LinuxCalls.PacketSocket {
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SHUT_WR = 1;
    private static final int SHUT_RDWR = 2;

    private final Libc libc;
    private final int descriptor;
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
    private volatile boolean closed;

    ForeignPacketSocket(Libc libc, int descriptor) {
        this.libc = libc;
        this.descriptor = descriptor;
    }

    private interface Call<T> {
        T run() throws IOException;
    }

    private <T> T using(Call<T> call) throws IOException {
        use.readLock().lock();
        try {
            if (closed) {
                throw new IOException("socket is closed");
            }
            return call.run();
        } finally {
            use.readLock().unlock();
        }
    }

    @Override
    public int receive(byte[] packet) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(packet.length);
            int length = using(() -> libc.call("recv", descriptor, buffer, (long) packet.length, 0));
            MemorySegment.copy(buffer, JAVA_BYTE, 0, packet, 0, length);
            return length == 0 ? -1 : length;
        }
    }

    @Override
    public void send(byte[] packet, int length) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(length);
            MemorySegment.copy(packet, 0, buffer, JAVA_BYTE, 0, length);
            using(() -> libc.call("send", descriptor, buffer, (long) length, MSG_NOSIGNAL));
        }
    }

    @Override
    public void finish() {
        shutdown(SHUT_WR);
    }

    private void shutdown(int how) {
        try {
            using(() -> libc.call("shutdown", descriptor, how));
        } catch (IOException e) {
            // The other side has gone before us.
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        shutdown(SHUT_RDWR); // Wakes those who wait.
        closed = true;
        use.writeLock().lock();
        try {
            libc.call("close", descriptor);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            use.writeLock().unlock();
        }
    }
}

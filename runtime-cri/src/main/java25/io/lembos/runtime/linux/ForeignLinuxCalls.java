package io.lembos.runtime.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.lembos.runtime.process.LinuxCalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The calls through java.lang.foreign. Numbers are those of all architectures that Linux' generic headers serve. */
public final class ForeignLinuxCalls implements LinuxCalls {
    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_PATH = 0x200000;
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int SIGHUP = 1;
    private static final int ADDRESS_BYTES = 110;
    private static final int PATH_BYTES_MAX = 107;

    /** More than the structure takes anywhere, and where its fields lie on 64-bit machines. */
    private static final int STATVFS_BYTES = 256;

    private static final long F_FILES = 40;
    private static final long F_FFREE = 48;

    private final Libc libc = new Libc();

    @Override
    public PacketSocket connect(Path socket) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int folder = open(arena, socket.getParent(), O_PATH | O_CLOEXEC);
            try {
                int descriptor = libc.call("socket", AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
                try {
                    // The folder's own number keeps the path short.
                    MemorySegment address = address(arena, "/proc/self/fd/" + folder + "/" + socket.getFileName());
                    libc.call("connect", descriptor, address, ADDRESS_BYTES);
                    return new ForeignPacketSocket(libc, descriptor);
                } catch (IOException e) {
                    libc.call("close", descriptor);
                    throw new IOException("cannot connect to " + socket + ": " + e.getMessage(), e);
                }
            } finally {
                libc.call("close", folder);
            }
        }
    }

    private static MemorySegment address(Arena arena, String path) throws IOException {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > PATH_BYTES_MAX) {
            throw new IOException("its name is too long");
        }
        MemorySegment address = arena.allocate(ADDRESS_BYTES);
        address.set(JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(bytes, 0, address, JAVA_BYTE, Short.BYTES, bytes.length);
        return address;
    }

    @Override
    public void enterNetwork(Path namespace) throws IOException {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a virtual thread has no network namespace of its own");
        }
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = open(arena, namespace, O_CLOEXEC);
            try {
                libc.call("setns", descriptor, CLONE_NEWNET);
            } finally {
                libc.call("close", descriptor);
            }
        }
    }

    @Override
    public void hangUp(long pid) {
        try {
            libc.call("kill", (int) pid, SIGHUP);
        } catch (IOException e) {
            // It has ended.
        }
    }

    @Override
    public Inodes inodes(Path folder) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment found = arena.allocate(STATVFS_BYTES, Long.BYTES);
            try {
                libc.call("statvfs", arena.allocateFrom(folder.toString()), found);
            } catch (IOException e) {
                throw new IOException("cannot measure " + folder + ": " + e.getMessage(), e);
            }
            return new Inodes(found.get(JAVA_LONG, F_FILES), found.get(JAVA_LONG, F_FFREE));
        }
    }

    private int open(Arena arena, Path path, int flags) throws IOException {
        try {
            return libc.call("open", arena.allocateFrom(path.toString()), flags);
        } catch (IOException e) {
            throw new IOException("cannot open " + path + ": " + e.getMessage(), e);
        }
    }
}

package io.lembos.runtime.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Calls of Linux that Java has no words for. Those that wait hold their thread: call them on platform threads. */
public interface LinuxCalls {

    /** @throws IllegalStateException on a Java that is too old for them */
    static LinuxCalls load() {
        try {
            return ServiceLoader.load(LinuxCalls.class, LinuxCalls.class.getClassLoader())
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("this build has no calls of Linux"));
        } catch (LinkageError | ServiceConfigurationError e) {
            throw new IllegalStateException(
                    "Lembos' own container runtime needs Java 25 or newer; this is Java " + Runtime.version(), e);
        }
    }

    /**
     * Connects to a Unix socket that keeps packets apart (SOCK_SEQPACKET).
     *
     * @param socket may be longer than the 107 bytes that the kernel takes
     */
    PacketSocket connect(Path socket) throws IOException;

    /**
     * Moves the calling platform thread into a network namespace, for good: sockets that it opens from now on are of that
     * network, in whatever thread they are used.
     */
    void enterNetwork(Path namespace) throws IOException;

    /** Tells a process that its terminal is gone (SIGHUP); one that has ended is success. */
    void hangUp(long pid);

    /** How many files the file system of a folder may hold; zero where it does not count them. */
    Inodes inodes(Path folder) throws IOException;

    /** Index nodes of a file system. */
    record Inodes(long total, long free) {}

    /** One end of a connection. Many threads may use it at a time, one per direction; closing it wakes them. */
    interface PacketSocket extends AutoCloseable {
        /** Waits for a packet. @return its length, -1 when no more come */
        int receive(byte[] packet) throws IOException;

        /** Waits for room. */
        void send(byte[] packet, int length) throws IOException;

        /** Says that nothing more will be sent. */
        void finish();

        @Override
        void close();
    }
}

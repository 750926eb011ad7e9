package io.lembos.bootstrap.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;

/** Finds ports that nobody listens on. */
public final class Ports {
    private static final int TRIES = 200;

    private Ports() {}

    /** Whether the port can be bound on loopback now. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * The wanted port, or the next free one after it.
     *
     * @param taken ports that are promised to somebody else already
     */
    public static int free(int wanted, Set<Integer> taken) throws IOException {
        for (int port = wanted; port < wanted + TRIES; port++) {
            if (!taken.contains(port) && isFree(port)) {
                return port;
            }
        }
        throw new IOException("found no free port from " + wanted + " to " + (wanted + TRIES - 1));
    }
}

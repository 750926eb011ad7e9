package io.lembos.runtime.client;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * An absolute path that a Unix socket can have: the kernel's address structure holds 108 bytes, the last one zero.
 *
 * @param path absolute path of the socket
 */
public record UnixSocketPath(Path path) {

    private static final String SCHEME = "unix://";
    private static final int LENGTH_BYTES_MAX = 107;

    public UnixSocketPath {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("socket path is not absolute: " + path);
        }
        int lengthBytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (lengthBytes > LENGTH_BYTES_MAX) {
            throw new IllegalArgumentException("socket path has " + lengthBytes + " bytes, at most " + LENGTH_BYTES_MAX
                    + " are possible: " + path + "; choose a shorter directory");
        }
    }

    /** Reads {@code unix:///run/containerd/containerd.sock} or a plain absolute path. */
    public static UnixSocketPath parse(String endpoint) {
        if (endpoint.startsWith(SCHEME)) {
            return new UnixSocketPath(Path.of(endpoint.substring(SCHEME.length())));
        }
        if (endpoint.contains("://")) {
            throw new IllegalArgumentException("runtime endpoint must be unix:///path, not " + endpoint);
        }
        return new UnixSocketPath(Path.of(endpoint));
    }

    @Override
    public String toString() {
        return SCHEME + path;
    }
}

package io.lembos.runtime.containerd;

import io.lembos.runtime.client.UnixSocketPath;
import java.nio.file.Path;

/**
 * Where a cluster's containerd lives. Two with the same directory, socket or bridge are the same one.
 *
 * @param directory absolute; all of its files, and nothing else, are below
 * @param socket its gRPC socket; six bytes shorter than a socket may be, for containerd adds {@code .ttrpc} for another
 * @param network its pods' network
 * @param binaries its programs
 */
public record ContainerdSpec(Path directory, UnixSocketPath socket, PodNetwork network, ContainerdBinaries binaries) {

    public ContainerdSpec {
        if (!directory.isAbsolute() || !directory.normalize().equals(directory) || directory.getNameCount() < 2) {
            throw new IllegalArgumentException(
                    "containerd's directory must be absolute and its own, two levels deep at least: " + directory);
        }
        new UnixSocketPath(Path.of(socket.path() + ".ttrpc"));
    }

    Path config() {
        return directory.resolve("config.toml");
    }

    Path root() {
        return directory.resolve("root");
    }

    Path state() {
        return directory.resolve("state");
    }

    /** runc's own state, one directory for each container. */
    Path runcState() {
        return state().resolve("runc");
    }

    Path registries() {
        return directory.resolve("certs.d");
    }

    Path cniConfig() {
        return directory.resolve("cni");
    }

    Path cniLeases() {
        return directory.resolve("cni-leases");
    }

    Path pidFile() {
        return directory.resolve("containerd.pid");
    }

    /** What containerd says. */
    public Path log() {
        return directory.resolve("containerd.log");
    }
}

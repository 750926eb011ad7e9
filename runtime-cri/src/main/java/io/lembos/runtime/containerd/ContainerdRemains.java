package io.lembos.runtime.containerd;

import io.lembos.runtime.files.FileTree;
import io.lembos.runtime.process.ChildProcess;
import io.lembos.runtime.process.LinuxProcess;
import io.lembos.runtime.process.MountTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a containerd leaves on the machine when it is gone, and how it goes away: processes, cgroups, mounts, network
 * namespaces (mounts below the state directory), the bridge, rules, leases, files. Each step works on what is there and
 * may be repeated.
 */
final class ContainerdRemains {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Path LINKS = Path.of("/sys/class/net");
    /** libcni's memory of what it set up; the place is fixed in containerd. */
    private static final Path CNI_RESULTS = Path.of("/var/lib/cni/results");

    /** Fixed in containerd, too. */
    private static final Path SHIM_SOCKETS = Path.of("/run/containerd/s");

    private final ContainerdSpec spec;

    ContainerdRemains(ContainerdSpec spec) {
        this.spec = spec;
    }

    /** Containers and their shims. runc kills all of a container's processes and removes its cgroups. */
    void killPods() {
        for (Path namespace : children(spec.runcState(), "*")) {
            for (Path container : children(namespace, "*")) {
                String id = container.getFileName().toString();
                String runc = spec.binaries().runc().toString();
                ChildProcess.run(List.of(runc, "--root", namespace.toString(), "delete", "--force", id), LIMIT);
                deleteTree(CNI_RESULTS.resolve("cni-loopback-" + id + "-lo"));
            }
        }
        for (LinuxProcess shim : ContainerdProcess.shims(spec).toList()) {
            List<ProcessHandle> pod = shim.handle().descendants().toList();
            shim.kill();
            pod.forEach(process -> LinuxProcess.of(process).kill());
        }
        removeShimSockets();
    }

    /** They lie in a directory that all containerds share; a pod's bundle says which is its own. */
    private void removeShimSockets() {
        for (Path namespace : children(spec.state().resolve("io.containerd.runtime.v2.task"), "*")) {
            for (Path bundle : children(namespace, "*")) {
                shimSocket(bundle.resolve("address")).ifPresent(ContainerdRemains::deleteTree);
            }
        }
    }

    private static Optional<Path> shimSocket(Path addressFile) {
        try {
            String address =
                    Files.exists(addressFile) ? Files.readString(addressFile).strip() : "";
            Path path = Path.of(address.replaceFirst("^unix://", ""));
            return path.startsWith(SHIM_SOCKETS) ? Optional.of(path) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void removeMounts() {
        MountTable.unmountBelow(spec.directory());
    }

    void removeNetwork() {
        String bridge = spec.network().bridge();
        if (Files.exists(LINKS.resolve(bridge))) {
            ChildProcess.require(List.of("ip", "link", "delete", "dev", bridge), LIMIT);
        }
        if (Files.isDirectory(spec.directory())) {
            spec.network().forgetTranslation(spec.directory().resolve("iptables-removal"));
        }
        children(CNI_RESULTS, bridge + "-*").forEach(ContainerdRemains::deleteTree);
    }

    /** Last: never while a mount is below, which could be somebody's data. */
    void removeFiles() {
        if (!MountTable.below(spec.directory()).isEmpty()) {
            throw new IllegalStateException("there are mounts below " + spec.directory() + "; nothing was deleted");
        }
        deleteTree(spec.directory());
        deleteTree(spec.socket().path());
        deleteTree(Path.of(spec.socket().path() + ".ttrpc"));
    }

    private static List<Path> children(Path directory, String glob) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
            stream.forEach(found::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static void deleteTree(Path path) {
        try {
            FileTree.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + path, e);
        }
    }
}

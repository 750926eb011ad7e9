package io.lembos.runtime.oci;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.runtime.cri.v1.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Devices of the node in a container, in the words of the OCI specification. */
final class Devices {
    private static final int KIND = 0170000;
    private static final int BLOCK = 0060000;
    private static final int PERMISSIONS = 07777;

    /** What each container has of its own. */
    private static final Set<String> OWN = Set.of("pts", "shm", "fd", "mqueue", "console", "ptmx");

    private static final int DEPTH_MAX = 4;

    private Devices() {}

    /** Every device, where it is on the node. */
    static void addAll(ContainerSpec spec) throws IOException {
        List<Path> found;
        Path dev = Path.of("/dev");
        try (Stream<Path> all = Files.walk(dev, DEPTH_MAX)) {
            found = all.filter(path -> path.getNameCount() > 1
                            && !OWN.contains(path.getName(1).toString()))
                    .toList();
        }
        for (Path path : found) {
            describe(path, path.toString()).ifPresent(device -> spec.device(device, "rwm"));
        }
    }

    /** A folder stands for all the devices in it. */
    static void add(ContainerSpec spec, Device asked) throws IOException {
        Path host = Path.of(asked.getHostPath()).toRealPath();
        String permissions = asked.getPermissions().isEmpty() ? "rwm" : asked.getPermissions();
        Optional<ObjectNode> device = describe(host, asked.getContainerPath());
        if (device.isPresent()) {
            spec.device(device.get(), permissions);
            return;
        }
        if (!Files.isDirectory(host)) {
            throw new IOException(asked.getHostPath() + " is not a device node");
        }
        List<Path> inside;
        try (Stream<Path> all = Files.list(host)) {
            inside = all.toList();
        }
        for (Path path : inside) {
            describe(path, asked.getContainerPath() + "/" + path.getFileName())
                    .ifPresent(found -> spec.device(found, permissions));
        }
    }

    private static Optional<ObjectNode> describe(Path host, String path) throws IOException {
        if (Files.isSymbolicLink(host) || Files.isDirectory(host) || Files.isRegularFile(host)) {
            return Optional.empty();
        }
        Map<String, Object> attributes = Files.readAttributes(host, "unix:rdev,mode,uid,gid");
        long number = (Long) attributes.get("rdev");
        int mode = (Integer) attributes.get("mode");
        if (number == 0) {
            return Optional.empty();
        }
        // Twelve bits of a major number lie between the two parts of the minor one.
        return Optional.of(JsonNodeFactory.instance
                .objectNode()
                .put("path", path)
                .put("type", (mode & KIND) == BLOCK ? "b" : "c")
                .put("major", number >>> 8 & 0xfff)
                .put("minor", number & 0xff | number >>> 12 & 0xfff00)
                .put("fileMode", mode & PERMISSIONS)
                .put("uid", (Integer) attributes.get("uid"))
                .put("gid", (Integer) attributes.get("gid")));
    }
}

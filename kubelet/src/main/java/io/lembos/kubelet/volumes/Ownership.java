package io.lembos.kubelet.volumes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Gives volumes to the group that a pod's {@code fsGroup} names: everything in them belongs to the group, the group may do
 * what the owner may, and what is made in them later stays with the group. Links are left alone.
 *
 * @param group empty when the pod names none: nothing is changed
 * @param onlyOnMismatch whether a root that is right already is enough ({@code fsGroupChangePolicy: OnRootMismatch})
 */
record Ownership(Optional<Long> group, boolean onlyOnMismatch) {
    private static final int SET_GID = 02000;
    private static final int READ_WRITE = 0660;
    private static final int EXECUTE = 0110;
    private static final int PERMISSIONS = 07777;

    static final Ownership NONE = new Ownership(Optional.empty(), false);

    static Ownership of(Pod pod) {
        PodSecurityContext context = pod.getSpec().getSecurityContext();
        if (context == null || context.getFsGroup() == null) {
            return NONE;
        }
        return new Ownership(
                Optional.of(context.getFsGroup()), "OnRootMismatch".equals(context.getFsGroupChangePolicy()));
    }

    void applyTo(Path root) throws IOException {
        if (group.isEmpty() || (onlyOnMismatch && isRight(root))) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                if (!Files.isSymbolicLink(path)) {
                    give(path);
                }
            }
        }
    }

    /** Only the folder itself. */
    void applyToFolder(Path folder) throws IOException {
        if (group.isPresent() && !isRight(folder)) {
            give(folder);
        }
    }

    private void give(Path path) throws IOException {
        Files.setAttribute(path, "unix:gid", group.orElseThrow().intValue(), LinkOption.NOFOLLOW_LINKS);
        int more = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) ? SET_GID | READ_WRITE | EXECUTE : READ_WRITE;
        Files.setAttribute(path, "unix:mode", mode(path) | more);
    }

    private boolean isRight(Path root) throws IOException {
        int owner = (Integer) Files.getAttribute(root, "unix:gid", LinkOption.NOFOLLOW_LINKS);
        int wanted = SET_GID | READ_WRITE | EXECUTE;
        return owner == group.orElseThrow().intValue() && (mode(root) & wanted) == wanted;
    }

    private static int mode(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & PERMISSIONS;
    }
}

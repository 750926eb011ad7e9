package io.lembos.runtime.oci;

import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.Mount;
import io.lembos.runtime.process.ChildProcess;
import io.lembos.runtime.store.ImageFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Images that containers have as volumes: their layers, read-only, mounted in the container's folder, so that they go with it;
 * while they are mounted no layer is swept away.
 */
record ImageMounts(ImageFiles images) {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int LINKS_MAX = 40;

    /**
     * @param number tells the container's images apart
     * @return what the container shall see of the image
     */
    Path show(StateFolder container, int number, Mount mount) throws IOException {
        ImageFiles.Unpacked image = images.unpacked(mount.getImage().getImage());
        Path root = Files.createDirectory(container.file("image-" + number));
        // An overlay without an upper layer wants two lower ones.
        Path empty = Files.createDirectory(container.file("image-" + number + "-empty"));
        String lower = Stream.concat(image.layers().stream(), Stream.of(empty))
                .map(Path::toString)
                .collect(Collectors.joining(":"));
        ChildProcess.require(
                List.of("mount", "-t", "overlay", "-o", "ro,userxattr,lowerdir=" + lower, "overlay", root.toString()),
                LIMIT);
        return within(root, mount.getImageSubPath());
    }

    /** As a process would find it whose root is the image: links lead nowhere else. Nobody changes it meanwhile. */
    static Path within(Path root, String part) throws IOException {
        Path place = root;
        Deque<Path> steps = new ArrayDeque<>();
        Path.of(part).forEach(steps::add);
        int links = 0;
        while (!steps.isEmpty()) {
            String step = steps.pop().toString();
            if (step.isEmpty() || step.equals(".")) {
                continue;
            }
            if (step.equals("..")) {
                place = place.equals(root) ? root : place.getParent();
                continue;
            }
            Path next = place.resolve(step);
            boolean link = Files.isSymbolicLink(next);
            links += link ? 1 : 0;
            if (!Files.exists(next, LinkOption.NOFOLLOW_LINKS) || links > LINKS_MAX) {
                throw new ContainerRuntimeException(
                        Status.Code.INVALID_ARGUMENT, "the image has no \"" + part + "\" to mount");
            }
            if (!link) {
                place = next;
                continue;
            }
            Path target = Files.readSymbolicLink(next);
            place = target.isAbsolute() ? root : place;
            for (int i = target.getNameCount() - 1; i >= 0; i--) {
                steps.push(target.getName(i));
            }
        }
        return place;
    }
}

package io.lembos.runtime.images;

import io.lembos.runtime.ImageService;
import io.lembos.runtime.client.UnixSocketPath;
import io.lembos.runtime.process.ChildProcess;
import io.lembos.runtime.time.Polling;
import io.lembos.runtime.time.RuntimeClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Puts the images of an archive into a containerd, where CRI sees them. The archive is verified first, so that a broken
 * one leaves nothing behind. Uses containerd's own {@code ctr}, which unpacks into the snapshotter as a pull does.
 *
 * @param ctr the program
 * @param socket containerd's
 * @param images the same containerd's CRI
 */
public record ImageImport(Path ctr, UnixSocketPath socket, ImageService images, RuntimeClock clock) {

    /** The namespace of all that CRI sees. */
    private static final String NAMESPACE = "k8s.io";

    private static final Duration IMPORT_LIMIT = Duration.ofMinutes(10);
    private static final Duration VISIBLE_LIMIT = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(10);

    /**
     * Returns when CRI knows the images by their names.
     *
     * @return the names
     * @throws ImageFormatException if the archive is bad, or has an image without a name
     */
    public List<ImageReference> importArchive(Path archive) {
        List<ImageReference> names = OciArchive.open(archive).images().stream()
                .peek(image -> requireName(archive, image))
                .flatMap(image -> image.names().stream())
                .toList();
        ChildProcess.require(
                List.of(
                        ctr.toString(),
                        "--address",
                        socket.path().toString(),
                        "--namespace",
                        NAMESPACE,
                        "images",
                        "import",
                        archive.toString()),
                IMPORT_LIMIT);
        names.forEach(this::awaitVisible);
        return names;
    }

    private static void requireName(Path archive, OciArchive.Found image) {
        if (image.names().isEmpty()) {
            throw new ImageFormatException(archive + " has an image without a name: " + image.ids());
        }
    }

    /** CRI learns of the import by an event. */
    private void awaitVisible(ImageReference name) {
        boolean visible = new Polling(clock, POLL, VISIBLE_LIMIT)
                .untilTrue(() -> images.findImage(name.toString()).isPresent());
        if (!visible) {
            throw new ImageFormatException("containerd took " + name + " but does not show it; is it for another"
                    + " platform than this machine's?");
        }
    }
}

package io.lembos.bootstrap.assembly;

import io.grpc.Status;
import io.lembos.api.time.Clock;
import io.lembos.bootstrap.config.ClusterConfig;
import io.lembos.bootstrap.config.ClusterFiles;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.ImageService;
import io.lembos.runtime.client.ArchiveClient;
import io.lembos.runtime.client.CriClient;
import io.lembos.runtime.client.CriDeadlines;
import io.lembos.runtime.containerd.ContainerdLocator;
import io.lembos.runtime.images.ImageBuilder;
import io.lembos.runtime.images.ImageFormatException;
import io.lembos.runtime.images.ImageImport;
import io.lembos.runtime.images.ImageReference;
import io.lembos.runtime.images.NamedImage;
import io.lembos.runtime.images.OciArchiveWriter;
import io.lembos.runtime.images.PauseImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Images that reach a node without a registry: the cluster's own, and those that a user builds or brings. */
public final class Images {
    /** The image of {@code examples/hello}, there from the start so that the example runs offline. */
    public static final ImageReference HELLO = ImageReference.parse("lembos.local/hello:1");

    private static final Logger LOG = LoggerFactory.getLogger(Images.class);

    private final ClusterConfig config;
    private final ClusterFiles files;
    private final Clock clock;

    public Images(ClusterConfig config, ClusterFiles files, Clock clock) {
        this.config = config;
        this.files = files;
        this.clock = clock;
    }

    /**
     * Brings the sandbox image, where the runtime makes sandboxes of one, and the example's image to a node that lacks
     * them.
     *
     * @param checkout folder that {@code examples/} lies in, empty when there is none
     */
    void ensureOwn(ImageService images, String checkout) throws IOException {
        List<NamedImage> missing = new ArrayList<>();
        if (config.ownContainerd()
                && images.findImage(PauseImage.NAME.toString()).isEmpty()) {
            missing.add(PauseImage.build());
        }
        Path hello = Path.of(checkout, "examples", "hello", "image");
        if (!checkout.isEmpty()
                && Files.isDirectory(hello)
                && images.findImage(HELLO.toString()).isEmpty()) {
            try {
                missing.add(ImageBuilder.build(hello, HELLO));
            } catch (ImageFormatException e) {
                LOG.warn("The image of examples/hello is not made: {}", e.getMessage());
            }
        }
        if (!missing.isEmpty()) {
            add(missing);
        }
    }

    /** Builds an image from a folder and brings it to the node. */
    public List<ImageReference> build(Path folder, ImageReference name) throws IOException {
        return add(List.of(ImageBuilder.build(folder, name)));
    }

    /** Brings the images of an archive (OCI layout, or what {@code docker save} writes) to the node. */
    public List<ImageReference> load(Path archive) throws IOException {
        if (config.ownRuntime()) {
            return loadIntoOwn(archive);
        }
        ContainerdLocator.Result located = ContainerdLocator.ofSystem(
                        System.getenv().getOrDefault("PATH", ""))
                .locate();
        if (!(located instanceof ContainerdLocator.Result.Found found)) {
            throw new IOException(((ContainerdLocator.Result.Missing) located).message());
        }
        var socket = NodeRuntime.endpoint(config, files);
        try (CriClient client = CriClient.open(socket, CriDeadlines.defaults())) {
            return new ImageImport(found.binaries().ctr(), socket, client, NodeRuntime.adapt(clock))
                    .importArchive(archive);
        }
    }

    private List<ImageReference> loadIntoOwn(Path archive) throws IOException {
        try {
            return new ArchiveClient(NodeRuntime.endpoint(config, files)).importArchive(archive);
        } catch (ContainerRuntimeException e) {
            if (e.code() == Status.Code.INVALID_ARGUMENT) {
                throw new ImageFormatException(e.getMessage(), e);
            }
            throw new IOException(e.getMessage(), e);
        }
    }

    private List<ImageReference> add(List<NamedImage> images) throws IOException {
        Path archive = Files.createTempFile("lembos-image", ".tar");
        try {
            OciArchiveWriter.write(archive, images);
            return load(archive);
        } finally {
            Files.deleteIfExists(archive);
        }
    }
}

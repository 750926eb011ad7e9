package io.lembos.runtime.store;

import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.ImageService;
import io.lembos.runtime.cri.v1.FilesystemIdentifier;
import io.lembos.runtime.cri.v1.FilesystemUsage;
import io.lembos.runtime.cri.v1.Image;
import io.lembos.runtime.cri.v1.ImageFilter;
import io.lembos.runtime.cri.v1.ImageFsInfoResponse;
import io.lembos.runtime.cri.v1.ImageSpec;
import io.lembos.runtime.cri.v1.ImageStatusRequest;
import io.lembos.runtime.cri.v1.ImageStatusResponse;
import io.lembos.runtime.cri.v1.PullImageRequest;
import io.lembos.runtime.cri.v1.UInt64Value;
import io.lembos.runtime.images.ImageFormatException;
import io.lembos.runtime.images.ImageReference;
import io.lembos.runtime.images.OciArchive;
import io.lembos.runtime.images.Platform;
import io.lembos.runtime.time.RuntimeClock;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The images of our own runtime. What a record names is whole: layers come first, the record last, and go the other way round,
 * so that a crash leaves at most what the next start sweeps away. Safe for many threads.
 */
public final class LocalImages implements ImageService, ImageFiles, AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);

    private final Path root;
    private final Registries registries;
    private final RuntimeClock clock;
    private final ImageCatalog catalog;
    private final LayerStore layers;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(CONNECT_LIMIT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    private LocalImages(Path root, Registries registries, RuntimeClock clock) throws IOException {
        this.root = root;
        this.registries = registries;
        this.clock = clock;
        this.catalog = ImageCatalog.open(root.resolve("images"));
        this.layers = new LayerStore(root, clock);
        catalog.all().forEach(layers::know);
    }

    /** Opens what lies below a folder, or begins there. */
    public static LocalImages open(Path root, Registries registries, RuntimeClock clock) throws IOException {
        LocalImages images = new LocalImages(root, registries, clock);
        images.layers.sweep(images.catalog.all());
        return images;
    }

    @Override
    public Unpacked unpacked(String image) {
        ImageRecord found = catalog.find(image)
                .orElseThrow(() ->
                        new ContainerRuntimeException(Status.Code.NOT_FOUND, "image \"" + image + "\": not found"));
        List<Path> uppermostFirst = new ArrayList<>();
        found.layers().reversed().forEach(layer -> uppermostFirst.add(layers.folder(layer.diffId())));
        return new Unpacked(found.id(), ImageConfigs.read(found.config()), List.copyOf(uppermostFirst));
    }

    @Override
    public ImageStatusResponse imageStatus(ImageStatusRequest request) {
        Optional<ImageRecord> found = catalog.find(request.getImage().getImage());
        ImageStatusResponse.Builder response = ImageStatusResponse.newBuilder();
        found.ifPresent(image -> {
            response.setImage(image.toCri());
            if (request.getVerbose()) {
                response.putInfo("info", "{\"imageSpec\":" + image.config() + "}");
            }
        });
        return response.build();
    }

    @Override
    public List<Image> listImages(ImageFilter filter) {
        String wanted = filter.getImage().getImage();
        if (!wanted.isEmpty()) {
            return catalog.find(wanted).map(ImageRecord::toCri).stream().toList();
        }
        return catalog.all().stream().map(ImageRecord::toCri).toList();
    }

    @Override
    public String pullImage(PullImageRequest request) {
        String written = request.getImage().getImage();
        ImageReference image;
        try {
            image = ImageReference.parse(written);
        } catch (ImageFormatException e) {
            throw new ContainerRuntimeException(
                    Status.Code.INVALID_ARGUMENT,
                    "failed to parse image reference \"" + written + "\": invalid reference format",
                    e);
        }
        Credentials credentials = request.hasAuth() ? Credentials.of(request.getAuth()) : Credentials.NONE;
        return pull(image, new RegistrySource(http, registries, image, credentials))
                .id();
    }

    /**
     * Takes all images of an archive: an OCI layout, or what {@code docker save} writes.
     *
     * @return their names
     * @throws ContainerRuntimeException INVALID_ARGUMENT if the archive is bad or has an image without a name
     */
    public List<ImageReference> importArchive(Path file) {
        try {
            OciArchive archive = OciArchive.open(file);
            List<ImageReference> names = new ArrayList<>();
            for (OciArchive.Found image : archive.images()) {
                if (image.names().isEmpty()) {
                    throw new ImageFormatException(file + " has an image without a name: " + image.ids());
                }
                ImageReference first = image.names().get(0);
                List<String> tags =
                        image.names().stream().map(ImageReference::toString).toList();
                new ImagePull(new ArchiveSource(archive, image), layers, Platform.host())
                        .run(
                                first.registry() + "/" + first.repository(),
                                tags,
                                taken -> catalog.put(taken.pinnedIf(true)));
                names.addAll(image.names());
            }
            return names;
        } catch (IOException | ImageFormatException e) {
            throw new ContainerRuntimeException(Status.Code.INVALID_ARGUMENT, e.getMessage(), e);
        }
    }

    private ImageRecord pull(ImageReference image, ContentSource source) {
        List<String> tags = image.suffix().startsWith("@") ? List.of() : List.of(image.toString());
        String what = "failed to pull and unpack image \"" + image + "\": ";
        try {
            return new ImagePull(source, layers, Platform.host())
                    .run(image.registry() + "/" + image.repository(), tags, catalog::put);
        } catch (FileNotFoundException e) {
            throw new ContainerRuntimeException(
                    Status.Code.NOT_FOUND,
                    what + "failed to resolve reference \"" + image + "\": " + e.getMessage(),
                    e);
        } catch (IOException | ImageFormatException e) {
            throw new ContainerRuntimeException(Status.Code.UNKNOWN, what + e.getMessage(), e);
        }
    }

    @Override
    public void removeImage(ImageSpec image) {
        try {
            Optional<ImageRecord> found = catalog.find(image.getImage());
            if (found.isPresent()) {
                catalog.remove(found.get().id());
                layers.sweep(catalog.all());
            }
        } catch (IOException e) {
            throw new ContainerRuntimeException(
                    Status.Code.UNKNOWN, "failed to delete image \"" + image.getImage() + "\": " + e.getMessage(), e);
        }
    }

    @Override
    public ImageFsInfoResponse imageFsInfo() {
        Map<String, Long> sizes = new HashMap<>();
        catalog.all().forEach(image -> image.layers().forEach(layer -> sizes.put(layer.diffId(), layer.bytes())));
        long bytes = sizes.values().stream().mapToLong(Long::longValue).sum();
        FilesystemUsage usage = FilesystemUsage.newBuilder()
                .setTimestamp(clock.now().getEpochSecond() * 1_000_000_000L
                        + clock.now().getNano())
                .setFsId(FilesystemIdentifier.newBuilder().setMountpoint(root.toString()))
                .setUsedBytes(UInt64Value.newBuilder().setValue(bytes))
                .build();
        return ImageFsInfoResponse.newBuilder().addImageFilesystems(usage).build();
    }

    @Override
    public void close() {
        http.close();
    }
}

package io.lembos.runtime.simulated;

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
import io.lembos.runtime.images.Digest;
import io.lembos.runtime.images.ImageReference;
import io.lembos.runtime.time.RuntimeClock;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Images without content: any reference can be pulled, except from a registry that begins with {@code missing.} (not
 * found) or {@code unreachable.} (unavailable). The map is guarded by this object's monitor.
 */
final class SimulatedImages implements ImageService {

    private static final long IMAGE_BYTES = 1 << 20;

    private final RuntimeClock clock;
    private final Map<String, Image> imagesByReference = new LinkedHashMap<>();

    SimulatedImages(RuntimeClock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized ImageStatusResponse imageStatus(ImageStatusRequest request) {
        ImageStatusResponse.Builder response = ImageStatusResponse.newBuilder();
        lookUp(request.getImage().getImage()).ifPresent(response::setImage);
        return response.build();
    }

    @Override
    public synchronized List<Image> listImages(ImageFilter filter) {
        String wanted = filter.getImage().getImage();
        return wanted.isEmpty()
                ? List.copyOf(imagesByReference.values())
                : lookUp(wanted).stream().toList();
    }

    @Override
    public synchronized String pullImage(PullImageRequest request) {
        String written = request.getImage().getImage();
        ImageReference reference = parse(written);
        if (reference.registry().startsWith("missing.")) {
            throw new ContainerRuntimeException(Status.Code.NOT_FOUND, "cannot pull " + reference + ": not found");
        }
        if (reference.registry().startsWith("unreachable.")) {
            throw new ContainerRuntimeException(
                    Status.Code.UNAVAILABLE, "cannot pull " + reference + ": registry does not answer");
        }
        return add(reference).getId();
    }

    synchronized Image add(ImageReference reference) {
        return imagesByReference.computeIfAbsent(reference.toString(), SimulatedImages::image);
    }

    @Override
    public synchronized void removeImage(ImageSpec image) {
        lookUp(image.getImage()).ifPresent(found -> imagesByReference.values().removeIf(found::equals));
    }

    @Override
    public synchronized ImageFsInfoResponse imageFsInfo() {
        long used = IMAGE_BYTES * imagesByReference.size();
        return ImageFsInfoResponse.newBuilder()
                .addImageFilesystems(FilesystemUsage.newBuilder()
                        .setTimestamp(SimulatedContainer.nanos(clock.now()))
                        .setFsId(FilesystemIdentifier.newBuilder().setMountpoint("/simulated"))
                        .setUsedBytes(UInt64Value.newBuilder().setValue(used))
                        .setInodesUsed(UInt64Value.newBuilder().setValue(imagesByReference.size())))
                .build();
    }

    /** By name, or by id. */
    private Optional<Image> lookUp(String written) {
        Optional<Image> byId = imagesByReference.values().stream()
                .filter(image -> image.getId().equals(written))
                .findFirst();
        return byId.isPresent()
                ? byId
                : Optional.ofNullable(imagesByReference.get(parse(written).toString()));
    }

    private static ImageReference parse(String written) {
        try {
            return ImageReference.parse(written);
        } catch (RuntimeException e) {
            throw new ContainerRuntimeException(Status.Code.INVALID_ARGUMENT, e.getMessage(), e);
        }
    }

    private static Image image(String reference) {
        Digest digest = Digest.of(reference.getBytes(StandardCharsets.UTF_8));
        return Image.newBuilder()
                .setId(digest.value())
                .addRepoTags(reference)
                .setSize(IMAGE_BYTES)
                .setSpec(ImageSpec.newBuilder().setImage(reference))
                .build();
    }
}

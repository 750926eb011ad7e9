package io.lembos.runtime;

import io.lembos.runtime.cri.v1.Image;
import io.lembos.runtime.cri.v1.ImageFilter;
import io.lembos.runtime.cri.v1.ImageFsInfoResponse;
import io.lembos.runtime.cri.v1.ImageSpec;
import io.lembos.runtime.cri.v1.ImageStatusRequest;
import io.lembos.runtime.cri.v1.ImageStatusResponse;
import io.lembos.runtime.cri.v1.PullImageRequest;
import java.util.List;
import java.util.Optional;

/**
 * The images on a node: CRI's ImageService in blocking form. Errors and threads as in {@link ContainerRuntime}.
 */
public interface ImageService {

    /** An absent image is an answer without image, not an error. */
    ImageStatusResponse imageStatus(ImageStatusRequest request);

    /** The image of a reference as written in a pod, an id or a digest. */
    default Optional<Image> findImage(String reference) {
        ImageStatusResponse response = imageStatus(ImageStatusRequest.newBuilder()
                .setImage(ImageSpec.newBuilder().setImage(reference))
                .build());
        return response.hasImage() ? Optional.of(response.getImage()) : Optional.empty();
    }

    List<Image> listImages(ImageFilter filter);

    /** Fetches an image from its registry. @return the reference that names exactly this image on the node */
    String pullImage(PullImageRequest request);

    /** Forgets the image under all its names; absent is success. */
    void removeImage(ImageSpec image);

    ImageFsInfoResponse imageFsInfo();
}

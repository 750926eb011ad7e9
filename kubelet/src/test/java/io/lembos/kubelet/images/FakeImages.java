package io.lembos.kubelet.images;

import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.ImageService;
import io.lembos.runtime.cri.v1.Image;
import io.lembos.runtime.cri.v1.ImageFilter;
import io.lembos.runtime.cri.v1.ImageFsInfoResponse;
import io.lembos.runtime.cri.v1.ImageSpec;
import io.lembos.runtime.cri.v1.ImageStatusRequest;
import io.lembos.runtime.cri.v1.ImageStatusResponse;
import io.lembos.runtime.cri.v1.PullImageRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A registry's images, some of them for one user only; notes who asked. */
final class FakeImages implements ImageService {
    final List<String> users = new ArrayList<>();
    private final Set<String> there;
    private final String user;

    /** @param user who may pull, empty for everybody */
    FakeImages(Set<String> there, String user) {
        this.there = there;
        this.user = user;
    }

    @Override
    public ImageStatusResponse imageStatus(ImageStatusRequest request) {
        return ImageStatusResponse.getDefaultInstance();
    }

    @Override
    public String pullImage(PullImageRequest request) {
        String image = request.getImage().getImage();
        users.add(request.getAuth().getUsername());
        if (!there.contains(image)
                || !user.isEmpty() && !user.equals(request.getAuth().getUsername())) {
            throw new ContainerRuntimeException(Status.Code.NOT_FOUND, image + ": not found");
        }
        return "id of " + image;
    }

    @Override
    public List<Image> listImages(ImageFilter filter) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removeImage(ImageSpec image) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ImageFsInfoResponse imageFsInfo() {
        throw new UnsupportedOperationException();
    }
}

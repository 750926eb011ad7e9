package io.lembos.runtime.server;

import io.grpc.stub.StreamObserver;
import io.lembos.runtime.ImageService;
import io.lembos.runtime.cri.v1.ImageFsInfoRequest;
import io.lembos.runtime.cri.v1.ImageFsInfoResponse;
import io.lembos.runtime.cri.v1.ImageServiceGrpc;
import io.lembos.runtime.cri.v1.ImageStatusRequest;
import io.lembos.runtime.cri.v1.ImageStatusResponse;
import io.lembos.runtime.cri.v1.ListImagesRequest;
import io.lembos.runtime.cri.v1.ListImagesResponse;
import io.lembos.runtime.cri.v1.PullImageRequest;
import io.lembos.runtime.cri.v1.PullImageResponse;
import io.lembos.runtime.cri.v1.RemoveImageRequest;
import io.lembos.runtime.cri.v1.RemoveImageResponse;

/** CRI's ImageService. */
final class ImageCalls extends ImageServiceGrpc.ImageServiceImplBase {
    private final ImageService images;

    ImageCalls(ImageService images) {
        this.images = images;
    }

    @Override
    public void listImages(ListImagesRequest request, StreamObserver<ListImagesResponse> caller) {
        Answer.to(
                caller,
                () -> ListImagesResponse.newBuilder()
                        .addAllImages(images.listImages(request.getFilter()))
                        .build());
    }

    @Override
    public void imageStatus(ImageStatusRequest request, StreamObserver<ImageStatusResponse> caller) {
        Answer.to(caller, () -> images.imageStatus(request));
    }

    @Override
    public void pullImage(PullImageRequest request, StreamObserver<PullImageResponse> caller) {
        Answer.to(
                caller,
                () -> PullImageResponse.newBuilder()
                        .setImageRef(images.pullImage(request))
                        .build());
    }

    @Override
    public void removeImage(RemoveImageRequest request, StreamObserver<RemoveImageResponse> caller) {
        Answer.to(caller, RemoveImageResponse.getDefaultInstance(), () -> images.removeImage(request.getImage()));
    }

    @Override
    public void imageFsInfo(ImageFsInfoRequest request, StreamObserver<ImageFsInfoResponse> caller) {
        Answer.to(caller, images::imageFsInfo);
    }
}

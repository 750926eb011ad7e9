package io.lembos.kubelet.images;

import java.time.Duration;

/** How getting an image went. */
public sealed interface PullResult {

    /** It is there. */
    record Present(String imageRef) implements PullResult {}

    /**
     * It is not.
     *
     * @param reason {@code ErrImagePull}, {@code ImagePullBackOff}, {@code ErrImageNeverPull} or {@code InvalidImageName}
     * @param retryIn when it is worth another try
     */
    record Failed(String reason, String message, Duration retryIn) implements PullResult {}
}

package io.lembos.kubelet.container;

import io.lembos.runtime.cri.v1.Image;
import java.util.Optional;

/**
 * As whom an image wants to run: a number, or a name that only the image can tell the number of.
 *
 * @param name empty when the number is known
 */
public record ImageUser(Optional<Long> uid, String name) {
    /** An image that says nothing runs as root. */
    public static final ImageUser ROOT = new ImageUser(Optional.of(0L), "");

    public static ImageUser of(Image image) {
        if (image.hasUid()) {
            return new ImageUser(Optional.of(image.getUid().getValue()), "");
        }
        return image.getUsername().isEmpty() ? ROOT : new ImageUser(Optional.empty(), image.getUsername());
    }
}

package io.lembos.kubelet.images;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ImageVolumeSource;

/**
 * An image that a pod wants on its node.
 *
 * @param pullPolicy {@code Always}, {@code IfNotPresent} or {@code Never}
 * @param fieldPath part of the pod that events are about, empty for the pod
 */
public record WantedImage(String reference, String pullPolicy, String fieldPath) {
    private static final String POLICY_DEFAULT = "IfNotPresent";

    /** What a container runs from. */
    public static WantedImage of(Container container) {
        return new WantedImage(
                container.getImage(),
                policy(container.getImagePullPolicy()),
                "spec.containers{" + container.getName() + "}");
    }

    /** What a volume shows. */
    static WantedImage of(ImageVolumeSource source) {
        String reference = source.getReference() == null ? "" : source.getReference();
        return new WantedImage(reference, policy(source.getPullPolicy()), "");
    }

    private static String policy(String written) {
        return written == null || written.isEmpty() ? POLICY_DEFAULT : written;
    }
}

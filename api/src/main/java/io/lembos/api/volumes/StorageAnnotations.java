package io.lembos.api.volumes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Optional;

/** The annotations by which those who bind and provide volumes talk to each other (component-helpers/storage/volume). */
public final class StorageAnnotations {
    /** On a claim that has its volume for good. */
    public static final String BIND_COMPLETED = "pv.kubernetes.io/bind-completed";

    /** On the side of a binding that nobody but the cluster has chosen, so that the cluster may take it back. */
    public static final String BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";

    /** On a volume that was made for a claim: who made it, and may delete it. */
    public static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";

    /** On a claim: who is to make its volume. */
    public static final String PROVISIONER = "volume.kubernetes.io/storage-provisioner";

    /** The same, for provisioners that are older. */
    public static final String PROVISIONER_BETA = "volume.beta.kubernetes.io/storage-provisioner";

    /** On a claim: the node from which its volume must be reachable. */
    public static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";

    /** On a class: claims that name none get it. */
    public static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

    /** On claims and volumes: named the class before there was a field. */
    public static final String CLASS_BETA = "volume.beta.kubernetes.io/storage-class";

    /** The provisioner of classes whose volumes somebody makes by hand. */
    public static final String NO_PROVISIONER = "kubernetes.io/no-provisioner";

    private StorageAnnotations() {}

    public static Optional<String> get(HasMetadata object, String annotation) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return annotations == null ? Optional.empty() : Optional.ofNullable(annotations.get(annotation));
    }
}

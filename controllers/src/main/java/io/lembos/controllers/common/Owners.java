package io.lembos.controllers.common;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.lembos.api.client.Patch;
import io.lembos.api.meta.ResourceType;
import java.util.Optional;

/** Owner references, as controllers set and read them. Pure. */
public final class Owners {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Owners() {}

    /** The owner that manages the object, if it has one. */
    public static Optional<OwnerReference> controller(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(o -> Boolean.TRUE.equals(o.getController()))
                .findFirst();
    }

    public static boolean isControlledBy(HasMetadata object, HasMetadata owner) {
        return controller(object)
                .filter(o -> o.getUid().equals(owner.getMetadata().getUid()))
                .isPresent();
    }

    public static OwnerReference controllerReference(HasMetadata owner, ResourceType<?> type) {
        return new OwnerReferenceBuilder()
                .withApiVersion(type.apiVersion())
                .withKind(type.kind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
    }

    /** Makes the owner manage the object; refused if the object is another by now. */
    public static Patch adopt(HasMetadata object, OwnerReference owner) {
        ObjectNode metadata = JSON.createObjectNode();
        metadata.putArray("ownerReferences").add(JSON.valueToTree(owner));
        return metadataPatch(object, metadata);
    }

    /** Ends the ownership; the object stays. */
    public static Patch release(HasMetadata object, String ownerUid) {
        ObjectNode metadata = JSON.createObjectNode();
        metadata.putArray("ownerReferences").addObject().put("$patch", "delete").put("uid", ownerUid);
        return metadataPatch(object, metadata);
    }

    private static Patch metadataPatch(HasMetadata object, ObjectNode metadata) {
        metadata.put("uid", object.getMetadata().getUid());
        ObjectNode patch = JSON.createObjectNode();
        patch.set("metadata", metadata);
        return new Patch.StrategicMerge(patch.toString());
    }
}

package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.EventResource;
import io.lembos.scheduler.framework.HintedEvent;

/** What may help a pod that was rejected for its volumes: an object came or is different. */
final class StorageHints {

    private StorageHints() {}

    /** One of the pod's own claims. */
    static HintedEvent ownClaims() {
        return HintedEvent.ofObjects(
                EventResource.PERSISTENT_VOLUME_CLAIM,
                (pod, change) -> pod.claims().contains(ObjectKey.of(change.after())),
                EventAction.ADD,
                EventAction.UPDATE);
    }

    /** A volume for one of the pod's claims, or for anybody's. */
    static HintedEvent ownVolumes() {
        return HintedEvent.ofObjects(
                EventResource.PERSISTENT_VOLUME,
                (pod, change) -> {
                    ObjectReference owner =
                            ((PersistentVolume) change.after()).getSpec().getClaimRef();
                    return owner == null || pod.claims().contains(ObjectKey.of(owner.getNamespace(), owner.getName()));
                },
                EventAction.ADD,
                EventAction.UPDATE);
    }

    static HintedEvent any(EventResource resource) {
        return HintedEvent.ofObjects(resource, (pod, change) -> true, EventAction.ADD, EventAction.UPDATE);
    }
}

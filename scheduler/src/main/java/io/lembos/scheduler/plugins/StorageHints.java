package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.CSIDriver;
import io.fabric8.kubernetes.api.model.storage.CSIStorageCapacity;
import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.EventResource;
import io.lembos.scheduler.framework.HintedEvent;
import java.math.BigDecimal;

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

    /** A driver begins or ceases to say how much it has left. */
    static HintedEvent drivers() {
        return HintedEvent.ofObjects(
                EventResource.CSI_DRIVER,
                (pod, change) -> change.before() == null || counts(change.before()) != counts(change.after()),
                EventAction.ADD,
                EventAction.UPDATE);
    }

    private static boolean counts(HasMetadata driver) {
        return Boolean.TRUE.equals(((CSIDriver) driver).getSpec().getStorageCapacity());
    }

    /** There is storage where there was none, or more of it. */
    static HintedEvent capacities() {
        return HintedEvent.ofObjects(
                EventResource.CSI_STORAGE_CAPACITY,
                (pod, change) ->
                        change.before() == null || amount(change.before()).compareTo(amount(change.after())) < 0,
                EventAction.ADD,
                EventAction.UPDATE);
    }

    private static BigDecimal amount(HasMetadata capacity) {
        Quantity limit = Provisioning.limit((CSIStorageCapacity) capacity);
        return limit == null ? BigDecimal.ZERO : limit.getNumericalAmount();
    }

    static HintedEvent any(EventResource resource) {
        return HintedEvent.ofObjects(resource, (pod, change) -> true, EventAction.ADD, EventAction.UPDATE);
    }
}

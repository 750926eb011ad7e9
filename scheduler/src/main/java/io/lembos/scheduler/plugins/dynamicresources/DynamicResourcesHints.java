package io.lembos.scheduler.plugins.dynamicresources;

import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.devices.PodClaims;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.EventResource;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.ObjectChange;
import java.util.List;
import java.util.Objects;

/** What may help a pod that waits for devices (dynamicresources.EventsToRegister). */
final class DynamicResourcesHints {
    static final List<HintedEvent> EVENTS = List.of(
            HintedEvent.ofObjects(
                    EventResource.RESOURCE_CLAIM,
                    DynamicResourcesHints::claimHelps,
                    EventAction.ADD,
                    EventAction.UPDATE,
                    EventAction.DELETE),
            HintedEvent.ofObjects(
                    EventResource.RESOURCE_SLICE, (pod, change) -> true, EventAction.ADD, EventAction.UPDATE),
            HintedEvent.ofObjects(
                    EventResource.DEVICE_CLASS, (pod, change) -> true, EventAction.ADD, EventAction.UPDATE),
            HintedEvent.ofNodes(
                    (pod, change) -> true,
                    EventAction.ADD,
                    EventAction.UPDATE_NODE_LABEL,
                    EventAction.UPDATE_NODE_TAINT),
            HintedEvent.ofItself((pod, change) -> true, EventAction.UPDATE_POD_GENERATED_RESOURCE_CLAIM));

    private DynamicResourcesHints() {}

    /** Devices become free, or the pod's own claim is there or in another state. */
    private static boolean claimHelps(PodInfo pod, ObjectChange change) {
        ResourceClaim before = (ResourceClaim) change.before();
        ResourceClaim after = (ResourceClaim) change.after();
        if (hasSomething(before) && !hasSomething(after)) {
            return true;
        }
        return after != null
                && PodClaims.uses(
                        pod.pod(),
                        after.getMetadata().getNamespace(),
                        after.getMetadata().getName())
                && (before == null || !Objects.equals(before.getStatus(), after.getStatus()));
    }

    private static boolean hasSomething(ResourceClaim claim) {
        return claim != null && claim.getStatus() != null && claim.getStatus().getAllocation() != null;
    }
}

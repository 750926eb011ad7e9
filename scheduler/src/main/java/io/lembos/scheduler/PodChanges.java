package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.ResourceAmounts;
import io.lembos.scheduler.framework.EventAction;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What an update of a pod means to scheduling. Pure. */
final class PodChanges {

    private PodChanges() {}

    /** Empty when nothing matters of what is different: most updates only tell of the pod's status. */
    static Set<EventAction> between(Pod before, Pod after) {
        Set<EventAction> actions = EnumSet.noneOf(EventAction.class);
        ObjectMeta was = before.getMetadata();
        ObjectMeta is = after.getMetadata();
        if (!labels(was).equals(labels(is))) {
            actions.add(EventAction.UPDATE_POD_LABEL);
        }
        if (was.getDeletionTimestamp() == null && is.getDeletionTimestamp() != null) {
            actions.add(EventAction.UPDATE_POD_TERMINATING);
        }
        if (!claims(before).equals(claims(after))) {
            actions.add(EventAction.UPDATE_POD_GENERATED_RESOURCE_CLAIM);
        }
        boolean sameSpec = before.getSpec().equals(after.getSpec());
        if (!sameSpec) {
            addOfSpec(actions, before.getSpec(), after.getSpec());
        }
        boolean mayAskLess = !sameSpec || !resizes(before).equals(resizes(after));
        if (mayAskLess
                && isLess(PodInfo.of(after).requests(), PodInfo.of(before).requests())) {
            actions.add(EventAction.UPDATE_POD_SCALE_DOWN);
        }
        if (actions.isEmpty() && (!sameSpec || !Objects.equals(was.getAnnotations(), is.getAnnotations()))) {
            actions.add(EventAction.UPDATE);
        }
        return actions;
    }

    private static void addOfSpec(Set<EventAction> actions, PodSpec was, PodSpec is) {
        // Tolerations can be added only, so that their number tells.
        if (size(was.getTolerations()) != size(is.getTolerations())) {
            actions.add(EventAction.UPDATE_POD_TOLERATION);
        }
        if (size(was.getSchedulingGates()) > 0 && size(is.getSchedulingGates()) == 0) {
            actions.add(EventAction.UPDATE_POD_SCHEDULING_GATES_ELIMINATED);
        }
    }

    /** What the status says of requests: a resize in place (KEP-1287) ends there. */
    private static List<?> resizes(Pod pod) {
        PodStatus status = pod.getStatus();
        if (status == null) {
            return List.of();
        }
        Stream<?> whole = Stream.of(Optional.ofNullable(status.getResources()), status.getAllocatedResources());
        Stream<?> containers = Stream.concat(
                        status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream())
                .flatMap(c -> Stream.of(c.getName(), Optional.ofNullable(c.getResources()), c.getAllocatedResources()));
        Stream<?> pending = status.getConditions().stream()
                .filter(c -> c.getType().equals("PodResizePending"))
                .map(PodCondition::getReason);
        return Stream.of(whole, containers, pending).flatMap(each -> each).toList();
    }

    /** In any resource. */
    private static boolean isLess(ResourceAmounts now, ResourceAmounts then) {
        return now.milliCpu() < then.milliCpu()
                || now.memoryBytes() < then.memoryBytes()
                || now.ephemeralBytes() < then.ephemeralBytes()
                || then.extended().entrySet().stream()
                        .anyMatch(e -> now.extended().getOrDefault(e.getKey(), 0L) < e.getValue());
    }

    private static Map<String, String> labels(ObjectMeta meta) {
        return meta.getLabels() == null ? Map.of() : meta.getLabels();
    }

    private static Collection<?> claims(Pod pod) {
        Collection<?> claims = pod.getStatus() == null ? null : pod.getStatus().getResourceClaimStatuses();
        return claims == null ? Set.of() : claims;
    }

    private static int size(Collection<?> some) {
        return some == null ? 0 : some.size();
    }
}

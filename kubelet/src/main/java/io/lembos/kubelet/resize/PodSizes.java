package io.lembos.kubelet.resize;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.lembos.api.json.TypedJson;
import io.lembos.kubelet.KubeletConfig;
import io.lembos.kubelet.admission.NodeAdmission;
import io.lembos.kubelet.admission.Rejection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Resources of the pods of this node while somebody changes them (KEP-1287): what is wanted is given when the node has room
 * for it, and until then the pod keeps what it was promised. Promises stand in a file of the pod, so that they outlive this
 * process. A pod's sizes are asked for and changed by its worker only.
 */
public final class PodSizes {
    private static final String PENDING = "PodResizePending";
    private static final String IN_PROGRESS = "PodResizeInProgress";

    private final KubeletConfig config;
    private final NodeAdmission admission;
    private final Map<String, ContainerSizes> sizes = new ConcurrentHashMap<>();
    private final Map<String, Rejection> pending = new ConcurrentHashMap<>();
    private final Map<String, String> failures = new ConcurrentHashMap<>();

    public PodSizes(KubeletConfig config, NodeAdmission admission) {
        this.config = config;
        this.admission = admission;
    }

    /** The pod with the resources that it may have now. */
    public Pod allocate(Pod wanted) throws IOException {
        String uid = wanted.getMetadata().getUid();
        ContainerSizes present = sizes.get(uid);
        if (present == null) {
            present = load(wanted);
            sizes.put(uid, present);
        }
        Map<String, ResourceRequirements> asked = ContainerSizes.wanted(wanted);
        if (present.allocated().equals(asked)) {
            pending.remove(uid);
            return wanted;
        }
        Optional<Rejection> refused = admission.resize(wanted);
        if (refused.isPresent()) {
            pending.put(uid, refused.get());
            return present.allocated(wanted);
        }
        pending.remove(uid);
        store(uid, present.withAllocated(asked));
        return wanted;
    }

    /** Whether a change waits for room. */
    public boolean isWaiting(String uid) {
        return Optional.ofNullable(pending.get(uid))
                .filter(r -> r.reason().equals("Deferred"))
                .isPresent();
    }

    /** The containers that were started with other resources than they should have now. */
    public List<Resize> due(Pod allocated) {
        ContainerSizes present = sizes.get(allocated.getMetadata().getUid());
        return Stream.concat(
                        allocated.getSpec().getContainers().stream(), allocated.getSpec().getInitContainers().stream())
                .filter(c -> present.applied().containsKey(c.getName()))
                .filter(c -> !present.applied()
                        .get(c.getName())
                        .equals(present.allocated().get(c.getName())))
                .map(c -> Resize.of(c, present.applied().get(c.getName())))
                .toList();
    }

    /** The container has its resources now. */
    public void applied(Pod pod, Container container) throws IOException {
        String uid = pod.getMetadata().getUid();
        ContainerSizes present = sizes.get(uid);
        if (present != null) {
            ContainerSizes after = present.withApplied(container.getName(), container.getResources());
            failures.remove(uid);
            if (!after.equals(present)) {
                store(uid, after);
            }
        }
    }

    public void failed(String uid, String message) {
        failures.put(uid, message);
    }

    public void forget(String uid) {
        sizes.remove(uid);
        pending.remove(uid);
        failures.remove(uid);
    }

    /** Adds to a status what the pod's containers have, and how a change goes. */
    public PodStatus tell(Pod pod, PodStatus status, Instant now) {
        String uid = pod.getMetadata().getUid();
        ContainerSizes present = sizes.get(uid);
        if (present == null) {
            return status;
        }
        status.getContainerStatuses().forEach(c -> tell(c, present));
        List<PodCondition> conditions = new ArrayList<>(status.getConditions());
        Rejection refused = pending.get(uid);
        if (refused != null) {
            conditions.add(condition(pod, PENDING, refused.reason(), refused.message(), now));
        }
        String failure = failures.get(uid);
        if (failure != null) {
            conditions.add(condition(pod, IN_PROGRESS, "Error", failure, now));
        }
        return new PodStatusBuilder(status).withConditions(conditions).build();
    }

    private static void tell(ContainerStatus status, ContainerSizes present) {
        ResourceRequirements applied = present.applied().get(status.getName());
        ResourceRequirements allocated = present.allocated().get(status.getName());
        if (status.getState().getRunning() != null && applied != null) {
            status.setResources(applied);
        }
        if (allocated != null && allocated.getRequests() != null) {
            status.setAllocatedResources(allocated.getRequests());
        }
    }

    private static PodCondition condition(Pod pod, String type, String reason, String message, Instant now) {
        String since = pod.getStatus() == null
                ? null
                : pod.getStatus().getConditions().stream()
                        .filter(c -> c.getType().equals(type))
                        .map(PodCondition::getLastTransitionTime)
                        .findFirst()
                        .orElse(null);
        return new PodConditionBuilder()
                .withType(type)
                .withStatus("True")
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(
                        since == null ? now.truncatedTo(ChronoUnit.SECONDS).toString() : since)
                .build();
    }

    /** A pod that nothing was noted of has what it asks for. */
    private ContainerSizes load(Pod pod) throws IOException {
        Path file = file(pod.getMetadata().getUid());
        if (Files.exists(file)) {
            return TypedJson.MAPPER.readValue(Files.readAllBytes(file), ContainerSizes.class);
        }
        Map<String, ResourceRequirements> all = Map.copyOf(ContainerSizes.wanted(pod));
        boolean started = pod.getStatus() != null
                && !pod.getStatus().getContainerStatuses().isEmpty();
        return new ContainerSizes(all, started ? all : Map.of());
    }

    private void store(String uid, ContainerSizes state) throws IOException {
        Path file = file(uid);
        Files.createDirectories(file.getParent());
        Path fresh = file.resolveSibling("resources.json.new");
        Files.write(fresh, TypedJson.MAPPER.writeValueAsBytes(state));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        sizes.put(uid, state);
    }

    private Path file(String uid) {
        return config.podDirectory(uid).resolve("resources.json");
    }
}

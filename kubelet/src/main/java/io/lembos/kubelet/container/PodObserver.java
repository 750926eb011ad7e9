package io.lembos.kubelet.container;

import io.fabric8.kubernetes.api.model.ContainerUser;
import io.fabric8.kubernetes.api.model.ContainerUserBuilder;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.Container;
import io.lembos.runtime.cri.v1.ContainerFilter;
import io.lembos.runtime.cri.v1.ContainerStatus;
import io.lembos.runtime.cri.v1.Mount;
import io.lembos.runtime.cri.v1.PodSandbox;
import io.lembos.runtime.cri.v1.PodSandboxFilter;
import io.lembos.runtime.cri.v1.PodSandboxState;
import io.lembos.runtime.cri.v1.PodSandboxStatus;
import io.lembos.runtime.cri.v1.Signal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what the runtime has of this cluster's pods. Stateless. */
public final class PodObserver {
    private final ContainerRuntime runtime;
    private final String cluster;

    /** @param cluster whose pods to see; others on the same runtime are none of our business */
    public PodObserver(ContainerRuntime runtime, String cluster) {
        this.runtime = runtime;
        this.cluster = cluster;
    }

    /** One pod in full. */
    public ObservedPod observe(String uid) {
        List<ObservedSandbox> sandboxes = new ArrayList<>();
        for (PodSandbox sandbox : runtime.listPodSandboxes(PodSandboxFilter.newBuilder()
                .putLabelSelector(Labels.CLUSTER, cluster)
                .putLabelSelector(Labels.POD_UID, uid)
                .build())) {
            sandbox(sandbox, sandboxes);
        }
        List<ObservedContainer> containers = new ArrayList<>();
        for (Container container : runtime.listContainers(ContainerFilter.newBuilder()
                .putLabelSelector(Labels.CLUSTER, cluster)
                .putLabelSelector(Labels.POD_UID, uid)
                .build())) {
            container(container, containers);
        }
        return new ObservedPod(uid, sandboxes, containers);
    }

    /**
     * All pods in short: which containers and sandboxes there are, and in which state. Equal fingerprints mean that
     * nothing happened.
     *
     * @return by pod uid
     */
    public Map<String, String> fingerprints() {
        Map<String, StringBuilder> found = new HashMap<>();
        for (PodSandbox sandbox : runtime.listPodSandboxes(PodSandboxFilter.newBuilder()
                .putLabelSelector(Labels.CLUSTER, cluster)
                .build())) {
            append(found, sandbox.getLabelsMap(), sandbox.getId(), sandbox.getStateValue());
        }
        for (Container container : runtime.listContainers(ContainerFilter.newBuilder()
                .putLabelSelector(Labels.CLUSTER, cluster)
                .build())) {
            append(found, container.getLabelsMap(), container.getId(), container.getStateValue());
        }
        Map<String, String> result = new HashMap<>();
        found.forEach((uid, text) -> result.put(uid, text.toString()));
        return result;
    }

    /** Whose something is that has these labels; empty if it is none of our business. */
    public Optional<String> podOf(Map<String, String> labels) {
        return cluster.equals(labels.get(Labels.CLUSTER))
                ? Optional.ofNullable(labels.get(Labels.POD_UID))
                : Optional.empty();
    }

    private static void append(Map<String, StringBuilder> found, Map<String, String> labels, String id, int state) {
        found.computeIfAbsent(labels.getOrDefault(Labels.POD_UID, ""), u -> new StringBuilder())
                .append(id)
                .append('=')
                .append(state)
                .append(' ');
    }

    private void sandbox(PodSandbox sandbox, List<ObservedSandbox> into) {
        try {
            PodSandboxStatus status = runtime.podSandboxStatus(sandbox.getId());
            into.add(new ObservedSandbox(
                    sandbox.getId(),
                    sandbox.getMetadata().getAttempt(),
                    status.getState() == PodSandboxState.SANDBOX_READY,
                    status.getNetwork().getIp(),
                    instant(status.getCreatedAt())));
        } catch (ContainerRuntimeException e) {
            ignoreIfGone(e);
        }
    }

    private void container(Container container, List<ObservedContainer> into) {
        try {
            ContainerStatus status = runtime.containerStatus(container.getId());
            into.add(new ObservedContainer(
                    container.getId(),
                    container.getPodSandboxId(),
                    container.getMetadata().getName(),
                    container.getMetadata().getAttempt(),
                    state(status),
                    status.getImage().getImage(),
                    status.getImageRef(),
                    instant(status.getCreatedAt()),
                    instant(status.getStartedAt()),
                    instant(status.getFinishedAt()),
                    status.getExitCode(),
                    status.getReason(),
                    status.getMessage(),
                    terminationMessageFile(status),
                    status.getAnnotationsOrDefault(Labels.WANTED_IMAGE, ""),
                    process(status)));
        } catch (ContainerRuntimeException e) {
            ignoreIfGone(e);
        }
    }

    private static void ignoreIfGone(ContainerRuntimeException e) {
        if (!e.isNotFound()) {
            throw e;
        }
    }

    private static String terminationMessageFile(ContainerStatus status) {
        String path = status.getAnnotationsOrDefault(Labels.TERMINATION_MESSAGE_PATH, "");
        for (Mount mount : status.getMountsList()) {
            if (!path.isEmpty() && mount.getContainerPath().equals(path)) {
                return mount.getHostPath();
            }
        }
        return "";
    }

    private static ObservedContainer.Process process(ContainerStatus status) {
        ContainerUser user = null;
        if (status.getUser().hasLinux()) {
            var linux = status.getUser().getLinux();
            user = new ContainerUserBuilder()
                    .withNewLinux()
                    .withUid(linux.getUid())
                    .withGid(linux.getGid())
                    .withSupplementalGroups(linux.getSupplementalGroupsList())
                    .endLinux()
                    .build();
        }
        boolean told =
                status.getStopSignal() != Signal.RUNTIME_DEFAULT && status.getStopSignal() != Signal.UNRECOGNIZED;
        return new ObservedContainer.Process(user, told ? status.getStopSignal().name() : null);
    }

    private static ObservedContainer.State state(ContainerStatus status) {
        return switch (status.getState()) {
            case CONTAINER_CREATED -> ObservedContainer.State.CREATED;
            case CONTAINER_RUNNING -> ObservedContainer.State.RUNNING;
            case CONTAINER_EXITED -> ObservedContainer.State.EXITED;
            case CONTAINER_UNKNOWN, UNRECOGNIZED -> ObservedContainer.State.UNKNOWN;
        };
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }
}

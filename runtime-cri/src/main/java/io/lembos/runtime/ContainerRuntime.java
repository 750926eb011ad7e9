package io.lembos.runtime;

import io.lembos.runtime.cri.v1.AttachRequest;
import io.lembos.runtime.cri.v1.Container;
import io.lembos.runtime.cri.v1.ContainerEventResponse;
import io.lembos.runtime.cri.v1.ContainerFilter;
import io.lembos.runtime.cri.v1.ContainerStats;
import io.lembos.runtime.cri.v1.ContainerStatsFilter;
import io.lembos.runtime.cri.v1.ContainerStatus;
import io.lembos.runtime.cri.v1.ContainerStatusRequest;
import io.lembos.runtime.cri.v1.ContainerStatusResponse;
import io.lembos.runtime.cri.v1.CreateContainerRequest;
import io.lembos.runtime.cri.v1.ExecRequest;
import io.lembos.runtime.cri.v1.ExecSyncRequest;
import io.lembos.runtime.cri.v1.ExecSyncResponse;
import io.lembos.runtime.cri.v1.PodSandbox;
import io.lembos.runtime.cri.v1.PodSandboxFilter;
import io.lembos.runtime.cri.v1.PodSandboxStats;
import io.lembos.runtime.cri.v1.PodSandboxStatsFilter;
import io.lembos.runtime.cri.v1.PodSandboxStatus;
import io.lembos.runtime.cri.v1.PodSandboxStatusRequest;
import io.lembos.runtime.cri.v1.PodSandboxStatusResponse;
import io.lembos.runtime.cri.v1.PortForwardRequest;
import io.lembos.runtime.cri.v1.RunPodSandboxRequest;
import io.lembos.runtime.cri.v1.RuntimeConfig;
import io.lembos.runtime.cri.v1.RuntimeConfigResponse;
import io.lembos.runtime.cri.v1.StatusResponse;
import io.lembos.runtime.cri.v1.UpdateContainerResourcesRequest;
import io.lembos.runtime.cri.v1.UpdatePodSandboxResourcesRequest;
import io.lembos.runtime.cri.v1.VersionResponse;
import io.smallrye.mutiny.Multi;
import java.time.Duration;
import java.util.List;

/**
 * Runs pods' sandboxes and containers: CRI's RuntimeService in blocking form, one call per step.
 *
 * <p>Every call may block its (virtual) thread up to a deadline and fails with {@link ContainerRuntimeException}, which
 * carries the gRPC code. Stop and remove are idempotent: an id that is not there is success. Status calls on an unknown
 * id are NOT_FOUND. A call that ends in DEADLINE_EXCEEDED or UNAVAILABLE may have taken effect; list again to know.
 * Safe for use by many threads; the runtime orders calls on the same container.
 */
public interface ContainerRuntime extends AutoCloseable {

    /** Name and version of the runtime; FAILED_PRECONDITION if it does not serve CRI v1. */
    VersionResponse version();

    /** Conditions of the runtime, RuntimeReady and NetworkReady among them. */
    StatusResponse status();

    /** What the runtime tells the kubelet, the cgroup driver; UNIMPLEMENTED before containerd 2.0. */
    RuntimeConfigResponse runtimeConfig();

    /** Tells the runtime the pod CIDR. */
    void updateRuntimeConfig(RuntimeConfig config);

    /** Makes and starts a sandbox with its network. @return its id */
    String runPodSandbox(RunPodSandboxRequest request);

    /** Kills what runs in the sandbox and gives its network back. */
    void stopPodSandbox(String podSandboxId);

    /** Removes the sandbox and its containers, running or not. */
    void removePodSandbox(String podSandboxId);

    PodSandboxStatusResponse podSandboxStatus(PodSandboxStatusRequest request);

    /** The status without runtime-specific information. */
    default PodSandboxStatus podSandboxStatus(String podSandboxId) {
        return podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                        .setPodSandboxId(podSandboxId)
                        .build())
                .getStatus();
    }

    /** Sandboxes that match; the empty filter matches all. */
    List<PodSandbox> listPodSandboxes(PodSandboxFilter filter);

    /** Announces new limits of the whole pod; UNIMPLEMENTED before containerd 2.1. */
    void updatePodSandboxResources(UpdatePodSandboxResourcesRequest request);

    /** @return the new container's id */
    String createContainer(CreateContainerRequest request);

    void startContainer(String containerId);

    /** Sends the stop signal, and SIGKILL when the grace is over; returns when the container has exited. */
    void stopContainer(String containerId, Duration grace);

    /** Removes the container, killing it if it runs. */
    void removeContainer(String containerId);

    ContainerStatusResponse containerStatus(ContainerStatusRequest request);

    /** The status without runtime-specific information. */
    default ContainerStatus containerStatus(String containerId) {
        return containerStatus(ContainerStatusRequest.newBuilder()
                        .setContainerId(containerId)
                        .build())
                .getStatus();
    }

    /** Containers that match; the empty filter matches all. */
    List<Container> listContainers(ContainerFilter filter);

    void updateContainerResources(UpdateContainerResourcesRequest request);

    /** Lets the runtime open the log file anew, after it was renamed. */
    void reopenContainerLog(String containerId);

    /** Runs a command in a container to its end; DEADLINE_EXCEEDED when its time is over. */
    ExecSyncResponse execSync(ExecSyncRequest request);

    /** @return URL of a streaming server that runs the command */
    String exec(ExecRequest request);

    /** @return URL of a streaming server joined to the container's main process */
    String attach(AttachRequest request);

    /** @return URL of a streaming server that forwards ports of the sandbox */
    String portForward(PortForwardRequest request);

    ContainerStats containerStats(String containerId);

    List<ContainerStats> listContainerStats(ContainerStatsFilter filter);

    PodSandboxStats podSandboxStats(String podSandboxId);

    List<PodSandboxStats> listPodSandboxStats(PodSandboxStatsFilter filter);

    /**
     * Container events from subscription on, in order; there is no replay, so list after subscribing. Bounded: a reader
     * that falls behind gets a {@link ContainerRuntimeException} RESOURCE_EXHAUSTED and has to subscribe and list again.
     * Fails with UNIMPLEMENTED on runtimes without events (containerd before 1.7) and UNAVAILABLE when the runtime goes.
     */
    Multi<ContainerEventResponse> containerEvents();

    /** Ends this connection; the runtime and its containers go on. */
    @Override
    void close();
}

package io.lembos.runtime.simulated;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.ImageService;
import io.lembos.runtime.cri.v1.AttachRequest;
import io.lembos.runtime.cri.v1.CgroupDriver;
import io.lembos.runtime.cri.v1.Container;
import io.lembos.runtime.cri.v1.ContainerConfig;
import io.lembos.runtime.cri.v1.ContainerEventResponse;
import io.lembos.runtime.cri.v1.ContainerEventType;
import io.lembos.runtime.cri.v1.ContainerFilter;
import io.lembos.runtime.cri.v1.ContainerState;
import io.lembos.runtime.cri.v1.ContainerStats;
import io.lembos.runtime.cri.v1.ContainerStatsFilter;
import io.lembos.runtime.cri.v1.ContainerStatusRequest;
import io.lembos.runtime.cri.v1.ContainerStatusResponse;
import io.lembos.runtime.cri.v1.CreateContainerRequest;
import io.lembos.runtime.cri.v1.ExecRequest;
import io.lembos.runtime.cri.v1.ExecSyncRequest;
import io.lembos.runtime.cri.v1.ExecSyncResponse;
import io.lembos.runtime.cri.v1.LinuxPodSandboxStats;
import io.lembos.runtime.cri.v1.LinuxRuntimeConfiguration;
import io.lembos.runtime.cri.v1.PodSandbox;
import io.lembos.runtime.cri.v1.PodSandboxAttributes;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.cri.v1.PodSandboxFilter;
import io.lembos.runtime.cri.v1.PodSandboxStats;
import io.lembos.runtime.cri.v1.PodSandboxStatsFilter;
import io.lembos.runtime.cri.v1.PodSandboxStatusRequest;
import io.lembos.runtime.cri.v1.PodSandboxStatusResponse;
import io.lembos.runtime.cri.v1.PortForwardRequest;
import io.lembos.runtime.cri.v1.RunPodSandboxRequest;
import io.lembos.runtime.cri.v1.RuntimeCondition;
import io.lembos.runtime.cri.v1.RuntimeConfig;
import io.lembos.runtime.cri.v1.RuntimeConfigResponse;
import io.lembos.runtime.cri.v1.RuntimeStatus;
import io.lembos.runtime.cri.v1.StatusResponse;
import io.lembos.runtime.cri.v1.UpdateContainerResourcesRequest;
import io.lembos.runtime.cri.v1.UpdatePodSandboxResourcesRequest;
import io.lembos.runtime.cri.v1.VersionResponse;
import io.lembos.runtime.images.Digest;
import io.lembos.runtime.images.ImageReference;
import io.lembos.runtime.simulated.SimulatedCommand.Step;
import io.lembos.runtime.time.RuntimeClock;
import io.smallrye.mutiny.Multi;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A runtime in memory that obeys the contract: pods get addresses, containers run and exit as their command or their
 * {@link SimulationScript} says, on the given clock, and write CRI logs when the sandbox names a log directory.
 *
 * <p>There is no process behind it: nothing listens on a pod's address, exec only plays the same small commands, and
 * exec, attach and port-forward sessions are UNIMPLEMENTED. The sandboxes and containers are guarded by one lock, this
 * object's monitor; a {@code stopContainer} waits for the clock outside of it.
 */
public final class SimulatedRuntime implements ContainerRuntime {

    private static final int KILLED = 137;
    private static final int TERMINATED = 143;

    private final RuntimeClock clock;
    private final PodAddresses addresses;
    private final SimulatedImages images;
    private final SimulatedEvents events = new SimulatedEvents();
    private final Map<String, SimulatedSandbox> sandboxes = new LinkedHashMap<>();
    private final Map<String, SimulatedContainer> containers = new LinkedHashMap<>();
    private final String podCidr;
    private long idsGiven;

    /**
     * @param podCidr range of pod addresses; use another one for every node
     * @param knownImages references that are on the node from the start
     */
    public SimulatedRuntime(RuntimeClock clock, String podCidr, List<String> knownImages) {
        this.clock = clock;
        this.podCidr = podCidr;
        this.addresses = new PodAddresses(podCidr);
        this.images = new SimulatedImages(clock);
        knownImages.forEach(written -> images.add(ImageReference.parse(written)));
    }

    /** The images of this runtime. */
    public ImageService images() {
        return images;
    }

    @Override
    public VersionResponse version() {
        return VersionResponse.newBuilder()
                .setVersion("0.1.0")
                .setRuntimeName("simulated")
                .setRuntimeVersion("0.1.0")
                .setRuntimeApiVersion("v1")
                .build();
    }

    @Override
    public StatusResponse status() {
        return StatusResponse.newBuilder()
                .setStatus(RuntimeStatus.newBuilder()
                        .addConditions(RuntimeCondition.newBuilder()
                                .setType("RuntimeReady")
                                .setStatus(true))
                        .addConditions(RuntimeCondition.newBuilder()
                                .setType("NetworkReady")
                                .setStatus(true)))
                .build();
    }

    @Override
    public RuntimeConfigResponse runtimeConfig() {
        return RuntimeConfigResponse.newBuilder()
                .setLinux(LinuxRuntimeConfiguration.newBuilder().setCgroupDriver(CgroupDriver.CGROUPFS))
                .build();
    }

    @Override
    public void updateRuntimeConfig(RuntimeConfig config) {
        // The range is fixed at construction.
    }

    @Override
    public synchronized String runPodSandbox(RunPodSandboxRequest request) {
        PodSandboxConfig config = request.getConfig();
        require(config.hasMetadata(), Status.Code.INVALID_ARGUMENT, "sandbox config has no metadata");
        boolean taken = sandboxes.values().stream()
                .anyMatch(other -> other.config.getMetadata().equals(config.getMetadata()));
        require(
                !taken,
                Status.Code.ALREADY_EXISTS,
                "sandbox name is taken: " + config.getMetadata().getName());
        String ip = SimulatedSandbox.usesNodeNetwork(config) ? "" : addresses.take();
        SimulatedSandbox sandbox = new SimulatedSandbox(newId(), config, request.getRuntimeHandler(), nowNanos(), ip);
        sandboxes.put(sandbox.id, sandbox);
        return sandbox.id;
    }

    @Override
    public synchronized void stopPodSandbox(String podSandboxId) {
        SimulatedSandbox sandbox = sandboxes.get(podSandboxId);
        if (sandbox == null || !sandbox.ready) {
            return;
        }
        in(sandbox).forEach(container -> exit(container, KILLED));
        sandbox.ready = false;
        if (!sandbox.ip.isEmpty()) {
            addresses.free(sandbox.ip);
        }
    }

    @Override
    public synchronized void removePodSandbox(String podSandboxId) {
        SimulatedSandbox sandbox = sandboxes.get(podSandboxId);
        if (sandbox != null) {
            stopPodSandbox(podSandboxId);
            in(sandbox).forEach(container -> removeContainer(container.id));
            sandboxes.remove(podSandboxId);
        }
    }

    @Override
    public synchronized PodSandboxStatusResponse podSandboxStatus(PodSandboxStatusRequest request) {
        SimulatedSandbox sandbox = sandbox(request.getPodSandboxId());
        return PodSandboxStatusResponse.newBuilder()
                .setStatus(sandbox.status())
                .addAllContainersStatuses(
                        in(sandbox).stream().map(SimulatedContainer::status).toList())
                .setTimestamp(nowNanos())
                .build();
    }

    @Override
    public synchronized List<PodSandbox> listPodSandboxes(PodSandboxFilter filter) {
        return sandboxes.values().stream()
                .filter(s -> s.matches(filter))
                .map(SimulatedSandbox::summary)
                .toList();
    }

    @Override
    public synchronized void updatePodSandboxResources(UpdatePodSandboxResourcesRequest request) {
        sandbox(request.getPodSandboxId());
    }

    @Override
    public synchronized String createContainer(CreateContainerRequest request) {
        SimulatedSandbox sandbox = sandbox(request.getPodSandboxId());
        require(sandbox.ready, Status.Code.FAILED_PRECONDITION, "sandbox " + sandbox.id + " is not ready");
        ContainerConfig config = request.getConfig();
        boolean taken =
                in(sandbox).stream().anyMatch(c -> c.config.getMetadata().equals(config.getMetadata()));
        require(
                !taken,
                Status.Code.ALREADY_EXISTS,
                "container name is taken: " + config.getMetadata().getName());
        String imageId = images.findImage(config.getImage().getImage())
                .orElseThrow(() -> notFound("image", config.getImage().getImage()))
                .getId();
        SimulatedContainer container = new SimulatedContainer(newId(), sandbox, config, imageId, nowNanos());
        containers.put(container.id, container);
        publish(container, ContainerEventType.CONTAINER_CREATED_EVENT);
        return container.id;
    }

    @Override
    public synchronized void startContainer(String containerId) {
        SimulatedContainer container = container(containerId);
        require(
                container.state == ContainerState.CONTAINER_CREATED,
                Status.Code.FAILED_PRECONDITION,
                "container " + containerId + " is in state " + container.state);
        SimulationScript.of(container.config).startError().ifPresent(message -> {
            throw new ContainerRuntimeException(Status.Code.UNKNOWN, "failed to start container: " + message);
        });
        container.state = ContainerState.CONTAINER_RUNNING;
        container.startedAtNanos = nowNanos();
        container.log().ifPresent(CriLogFile::create);
        publish(container, ContainerEventType.CONTAINER_STARTED_EVENT);
        advance(container, container.command().steps());
    }

    /** Plays steps until one has to wait for its time; the rest follows then. */
    private synchronized void advance(SimulatedContainer container, List<Step> steps) {
        for (int i = 0; i < steps.size() && container.runs(); i++) {
            switch (steps.get(i)) {
                case Step.Print(LogStream stream, String line) ->
                    container.log().ifPresent(log -> log.writeLine(clock.now(), stream, line));
                case Step.Exit(int code) -> exit(container, code);
                case Step.Serve() -> {
                    return;
                }
                case Step.Sleep(Duration duration) when duration.isZero() -> {}
                case Step.Sleep(Duration duration) -> {
                    List<Step> rest = steps.subList(i + 1, steps.size());
                    container.pendingStep = clock.after(duration, () -> advance(container, rest));
                    return;
                }
            }
        }
    }

    @Override
    public void stopContainer(String containerId, Duration grace) {
        SimulatedContainer container;
        Runnable timer = () -> {};
        synchronized (this) {
            container = containers.get(containerId);
            if (container == null || !container.runs()) {
                return;
            }
            if (grace.isZero()) {
                exit(container, KILLED);
            } else if (SimulationScript.of(container.config).ignoresSigterm()) {
                timer = clock.after(grace, () -> exit(container, KILLED));
            } else {
                exit(container, TERMINATED);
            }
        }
        container.exited.join();
        timer.run();
    }

    private synchronized void exit(SimulatedContainer container, int code) {
        if (!container.runs()) {
            return;
        }
        container.pendingStep.run();
        container.state = ContainerState.CONTAINER_EXITED;
        container.exitCode = code;
        container.finishedAtNanos = nowNanos();
        container.exited.complete(null);
        publish(container, ContainerEventType.CONTAINER_STOPPED_EVENT);
    }

    /** A process that ends by itself with this code, as a test wants it. */
    public synchronized void exitContainer(String containerId, int code) {
        exit(container(containerId), code);
    }

    @Override
    public synchronized void removeContainer(String containerId) {
        SimulatedContainer container = containers.get(containerId);
        if (container != null) {
            exit(container, KILLED);
            containers.remove(containerId);
            publish(container, ContainerEventType.CONTAINER_DELETED_EVENT);
        }
    }

    @Override
    public synchronized ContainerStatusResponse containerStatus(ContainerStatusRequest request) {
        return ContainerStatusResponse.newBuilder()
                .setStatus(container(request.getContainerId()).status())
                .build();
    }

    @Override
    public synchronized List<Container> listContainers(ContainerFilter filter) {
        return containers.values().stream()
                .filter(c -> c.matches(filter))
                .map(SimulatedContainer::summary)
                .toList();
    }

    @Override
    public synchronized void updateContainerResources(UpdateContainerResourcesRequest request) {
        SimulatedContainer container = container(request.getContainerId());
        container.resources =
                container.resources.toBuilder().mergeFrom(request.getLinux()).build();
    }

    @Override
    public synchronized void reopenContainerLog(String containerId) {
        SimulatedContainer container = container(containerId);
        require(container.runs(), Status.Code.FAILED_PRECONDITION, "container " + containerId + " is not running");
        container.log().ifPresent(CriLogFile::create);
    }

    @Override
    public synchronized ExecSyncResponse execSync(ExecSyncRequest request) {
        SimulatedContainer container = container(request.getContainerId());
        require(container.runs(), Status.Code.FAILED_PRECONDITION, "container " + container.id + " is not running");
        ExecSyncResponse.Builder response = ExecSyncResponse.newBuilder();
        for (Step step : SimulatedCommand.parse(request.getCmdList()).steps()) {
            switch (step) {
                case Step.Print(LogStream stream, String line) -> output(response, stream, line + "\n");
                case Step.Exit(int code) -> {
                    return response.setExitCode(SimulationScript.of(container.config)
                                    .execExitCode()
                                    .orElse(code))
                            .build();
                }
                case Step.Sleep(Duration duration) -> requireTime(request, duration);
                case Step.Serve() -> {}
            }
        }
        return response.build();
    }

    private static void requireTime(ExecSyncRequest request, Duration duration) {
        boolean enough = request.getTimeout() == 0 || duration.toSeconds() < request.getTimeout();
        require(enough, Status.Code.DEADLINE_EXCEEDED, "command timed out after " + request.getTimeout() + " s");
    }

    private static void output(ExecSyncResponse.Builder response, LogStream stream, String text) {
        ByteString bytes = ByteString.copyFrom(text, StandardCharsets.UTF_8);
        switch (stream) {
            case STDOUT -> response.setStdout(response.getStdout().concat(bytes));
            case STDERR -> response.setStderr(response.getStderr().concat(bytes));
        }
    }

    @Override
    public String exec(ExecRequest request) {
        throw noSessions();
    }

    @Override
    public String attach(AttachRequest request) {
        throw noSessions();
    }

    @Override
    public String portForward(PortForwardRequest request) {
        throw noSessions();
    }

    @Override
    public synchronized ContainerStats containerStats(String containerId) {
        return container(containerId).stats(clock.now());
    }

    @Override
    public synchronized List<ContainerStats> listContainerStats(ContainerStatsFilter filter) {
        ContainerFilter same = ContainerFilter.newBuilder()
                .setId(filter.getId())
                .setPodSandboxId(filter.getPodSandboxId())
                .putAllLabelSelector(filter.getLabelSelectorMap())
                .build();
        return containers.values().stream()
                .filter(c -> c.runs() && c.matches(same))
                .map(c -> c.stats(clock.now()))
                .toList();
    }

    @Override
    public synchronized PodSandboxStats podSandboxStats(String podSandboxId) {
        SimulatedSandbox sandbox = sandbox(podSandboxId);
        return PodSandboxStats.newBuilder()
                .setAttributes(PodSandboxAttributes.newBuilder()
                        .setId(sandbox.id)
                        .setMetadata(sandbox.config.getMetadata())
                        .putAllLabels(sandbox.config.getLabelsMap())
                        .putAllAnnotations(sandbox.config.getAnnotationsMap()))
                .setLinux(LinuxPodSandboxStats.newBuilder()
                        .addAllContainers(in(sandbox).stream()
                                .map(c -> c.stats(clock.now()))
                                .toList()))
                .build();
    }

    @Override
    public synchronized List<PodSandboxStats> listPodSandboxStats(PodSandboxStatsFilter filter) {
        PodSandboxFilter same = PodSandboxFilter.newBuilder()
                .setId(filter.getId())
                .putAllLabelSelector(filter.getLabelSelectorMap())
                .build();
        return sandboxes.values().stream()
                .filter(s -> s.ready && s.matches(same))
                .map(s -> podSandboxStats(s.id))
                .toList();
    }

    @Override
    public Multi<ContainerEventResponse> containerEvents() {
        return events.stream();
    }

    @Override
    public void close() {
        events.end();
    }

    private void publish(SimulatedContainer container, ContainerEventType type) {
        events.publish(ContainerEventResponse.newBuilder()
                .setContainerId(container.id)
                .setContainerEventType(type)
                .setCreatedAt(nowNanos())
                .setPodSandboxStatus(container.sandbox.status())
                .addAllContainersStatuses(in(container.sandbox).stream()
                        .map(SimulatedContainer::status)
                        .toList())
                .build());
    }

    private List<SimulatedContainer> in(SimulatedSandbox sandbox) {
        return containers.values().stream().filter(c -> c.sandbox == sandbox).toList();
    }

    private SimulatedSandbox sandbox(String id) {
        return found(sandboxes.get(id), () -> notFound("sandbox", id));
    }

    private SimulatedContainer container(String id) {
        return found(containers.get(id), () -> notFound("container", id));
    }

    private static <T> T found(T value, Supplier<ContainerRuntimeException> missing) {
        if (value == null) {
            throw missing.get();
        }
        return value;
    }

    private static ContainerRuntimeException notFound(String what, String id) {
        return new ContainerRuntimeException(Status.Code.NOT_FOUND, what + " not found: " + id);
    }

    private static ContainerRuntimeException noSessions() {
        return new ContainerRuntimeException(
                Status.Code.UNIMPLEMENTED, "the simulated runtime has no processes to open a session to");
    }

    private static void require(boolean holds, Status.Code code, String otherwise) {
        if (!holds) {
            throw new ContainerRuntimeException(code, otherwise);
        }
    }

    private long nowNanos() {
        return SimulatedContainer.nanos(clock.now());
    }

    /** Looks like a runtime's id, and comes out the same in every run of a simulation. */
    private String newId() {
        String seed = podCidr + "#" + ++idsGiven;
        return Digest.of(seed.getBytes(StandardCharsets.UTF_8)).hex();
    }
}

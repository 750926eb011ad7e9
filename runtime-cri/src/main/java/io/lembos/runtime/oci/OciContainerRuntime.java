package io.lembos.runtime.oci;

import io.grpc.Status;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.AttachRequest;
import io.lembos.runtime.cri.v1.CgroupDriver;
import io.lembos.runtime.cri.v1.Container;
import io.lembos.runtime.cri.v1.ContainerEventResponse;
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
import io.lembos.runtime.cri.v1.PodSandbox;
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
import io.lembos.runtime.cri.v1.StatusResponse;
import io.lembos.runtime.cri.v1.UpdateContainerResourcesRequest;
import io.lembos.runtime.cri.v1.UpdatePodSandboxResourcesRequest;
import io.lembos.runtime.cri.v1.VersionResponse;
import io.lembos.runtime.images.PauseImage;
import io.lembos.runtime.process.ChildProcessException;
import io.lembos.runtime.process.LinuxCalls;
import io.lembos.runtime.store.ImageFiles;
import io.lembos.runtime.streaming.server.StreamingServer;
import io.lembos.runtime.time.RuntimeClock;
import io.smallrye.mutiny.Multi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Lembos' own container runtime. What it knows is in folders below one root and in the kernel, never in memory alone: a new
 * instance goes on where a killed one was, and takes away what that one had half made.
 */
public final class OciContainerRuntime implements ContainerRuntime {
    private static final Duration KILL_LIMIT = Duration.ofSeconds(30);

    private final OciSettings settings;
    private final RuntimeClock clock;
    private final Arrivals arrivals;
    private final Runc runc;
    private final Sandboxes sandboxes;
    private final Containers containers;
    private final ContainerViews views;
    private final Statistics statistics;
    private final Commands commands;
    private final StreamingServer server;
    private final Streams streams;
    private final Locks sandboxLocks = new Locks();
    private final Locks containerLocks = new Locks();
    private final SecureRandom random = new SecureRandom();

    private OciContainerRuntime(OciSettings settings, ImageFiles images, RuntimeClock clock, LinuxCalls linux)
            throws IOException {
        this.settings = settings;
        this.clock = clock;
        arrivals = new Arrivals(List.of(settings.pids(), settings.exits(), settings.execs()));
        runc = new Runc(settings);
        Monitor monitor = new Monitor(settings, arrivals);
        sandboxes = new Sandboxes(settings, runc, monitor);
        containers = new Containers(settings, images, monitor);
        views = new ContainerViews(settings);
        statistics = new Statistics(views);
        commands = new Commands(settings, runc, arrivals);
        server = new StreamingServer(clock);
        streams = new Streams(settings, commands, arrivals, linux, server);
    }

    /** Goes on with what is below the root, or begins there. */
    public static OciContainerRuntime open(OciSettings settings, ImageFiles images, RuntimeClock clock)
            throws IOException {
        for (Path folder : List.of(
                settings.containers(), settings.sandboxes(), settings.pids(), settings.exits(), settings.execs())) {
            Files.createDirectories(folder);
        }
        Files.createDirectories(settings.pauseRoot());
        for (String name : List.of("proc", "sys", "dev")) {
            Files.createDirectories(settings.pauseRoot().resolve(name));
        }
        Path pause = settings.pauseRoot().resolve("pause");
        if (!Files.exists(pause)) {
            new StateFolder(settings.pauseRoot()).write("pause", PauseImage.program());
        }
        Files.setPosixFilePermissions(pause, PosixFilePermissions.fromString("r-xr-xr-x"));
        OciContainerRuntime runtime = new OciContainerRuntime(settings, images, clock, LinuxCalls.load());
        runtime.recover();
        return runtime;
    }

    private void recover() throws IOException {
        commands.sweep();
        for (StateFolder folder : folders(settings.containers())) {
            Optional<ContainerNote> note = folder.state(ContainerNote.class);
            if (note.isEmpty()) {
                runc.clear(folder);
            } else if (note.get().startedAt() == 0
                    && runc.run("state", folder.id()).output().contains("\"status\": \"running\"")) {
                folder.writeState(note.get().asStarted(now()));
            }
        }
        for (StateFolder folder : folders(settings.sandboxes())) {
            if (folder.state(SandboxState.class).isEmpty()) {
                discardSandbox(folder);
            }
        }
    }

    private void discardSandbox(StateFolder folder) throws IOException {
        sandboxes.halt(folder);
        runc.clear(folder);
    }

    @Override
    public VersionResponse version() {
        return VersionResponse.newBuilder()
                .setVersion("0.1.0")
                .setRuntimeName("lembos")
                .setRuntimeVersion("0.1.0")
                .setRuntimeApiVersion("v1")
                .build();
    }

    @Override
    public StatusResponse status() {
        StatusResponse.Builder response = StatusResponse.newBuilder();
        condition(
                response,
                "RuntimeReady",
                Files.isExecutable(settings.runc()) && Files.isExecutable(settings.conmon()),
                "no " + settings.runc() + " or no " + settings.conmon());
        Path bridge = settings.plugins().resolve("bridge");
        condition(response, "NetworkReady", Files.isExecutable(bridge), "no " + bridge);
        return response.build();
    }

    private static void condition(StatusResponse.Builder response, String type, boolean holds, String otherwise) {
        response.getStatusBuilder()
                .addConditions(RuntimeCondition.newBuilder()
                        .setType(type)
                        .setStatus(holds)
                        .setReason(holds ? "" : type + "Not")
                        .setMessage(holds ? "" : otherwise));
    }

    @Override
    public RuntimeConfigResponse runtimeConfig() {
        RuntimeConfigResponse.Builder response = RuntimeConfigResponse.newBuilder();
        response.getLinuxBuilder().setCgroupDriver(CgroupDriver.CGROUPFS);
        return response.build();
    }

    @Override
    public void updateRuntimeConfig(RuntimeConfig config) {}

    @Override
    public String runPodSandbox(RunPodSandboxRequest request) {
        StateFolder folder = new StateFolder(settings.sandboxes().resolve(newId()));
        return call(() -> sandboxLocks.with(folder.id(), () -> {
            try {
                sandboxes.make(folder, request, now());
                return folder.id();
            } catch (IOException | RuntimeException e) {
                discardSandbox(folder);
                throw e;
            }
        }));
    }

    @Override
    public void stopPodSandbox(String id) {
        call(() -> {
            for (StateFolder container : containersOf(id)) {
                stopContainer(container.id(), Duration.ZERO);
            }
            return sandboxLocks.with(id, () -> {
                StateFolder folder = new StateFolder(settings.sandboxes().resolve(id));
                Optional<SandboxState> state = folder.state(SandboxState.class);
                if (state.isPresent()) {
                    sandboxes.halt(folder);
                    folder.writeState(state.get().asStopped());
                }
                return null;
            });
        });
    }

    @Override
    public void removePodSandbox(String id) {
        stopPodSandbox(id);
        call(() -> {
            for (StateFolder container : containersOf(id)) {
                removeContainer(container.id());
            }
            return sandboxLocks.with(id, () -> {
                StateFolder folder = new StateFolder(settings.sandboxes().resolve(id));
                if (folder.state(SandboxState.class).isPresent()) {
                    runc.clear(folder);
                }
                return null;
            });
        });
    }

    @Override
    public PodSandboxStatusResponse podSandboxStatus(PodSandboxStatusRequest request) {
        return call(() -> {
            StateFolder folder = new StateFolder(settings.sandboxes().resolve(request.getPodSandboxId()));
            SandboxState state = sandbox(folder);
            return PodSandboxStatusResponse.newBuilder()
                    .setStatus(SandboxViews.status(folder, state))
                    .build();
        });
    }

    @Override
    public List<PodSandbox> listPodSandboxes(PodSandboxFilter filter) {
        return call(() -> folders(settings.sandboxes()).stream()
                .flatMap(folder ->
                        folder.state(SandboxState.class).stream().map(state -> SandboxViews.listed(folder, state)))
                .filter(sandbox -> (filter.getId().isEmpty() || sandbox.getId().startsWith(filter.getId()))
                        && (!filter.hasState()
                                || sandbox.getState() == filter.getState().getState())
                        && sandbox.getLabelsMap()
                                .entrySet()
                                .containsAll(filter.getLabelSelectorMap().entrySet()))
                .toList());
    }

    @Override
    public void updatePodSandboxResources(UpdatePodSandboxResourcesRequest request) {}

    @Override
    public String createContainer(CreateContainerRequest request) {
        StateFolder sandbox = new StateFolder(settings.sandboxes().resolve(request.getPodSandboxId()));
        StateFolder folder = new StateFolder(settings.containers().resolve(newId()));
        return call(() -> sandboxLocks.with(sandbox.id(), () -> {
            SandboxState pod = sandbox(sandbox);
            try {
                containers.make(folder, request, sandbox, pod, now());
                return folder.id();
            } catch (IOException | RuntimeException e) {
                runc.clear(folder);
                throw e;
            }
        }));
    }

    @Override
    public void startContainer(String id) {
        call(() -> containerLocks.with(id, () -> {
            StateFolder folder = container(id);
            ContainerNote note = note(folder);
            if (views.state(folder, note) != ContainerState.CONTAINER_CREATED) {
                throw new ContainerRuntimeException(
                        Status.Code.FAILED_PRECONDITION, "container " + id + " was started before");
            }
            long time = now();
            runc.require("start", id);
            folder.writeState(note.asStarted(time));
            return null;
        }));
    }

    @Override
    public void stopContainer(String id, Duration grace) {
        call(() -> {
            StateFolder folder = container(id);
            Optional<ContainerNote> note = folder.state(ContainerNote.class);
            if (note.isEmpty() || views.state(folder, note.get()) == ContainerState.CONTAINER_EXITED) {
                return null;
            }
            if (grace.isPositive()) {
                runc.run("kill", id, note.get().stopSignal());
            }
            if (!ended(folder, note.get(), grace)) {
                runc.run("kill", id, "KILL");
                if (!ended(folder, note.get(), KILL_LIMIT)) {
                    throw new ContainerRuntimeException(
                            Status.Code.DEADLINE_EXCEEDED, "container " + id + " does not end");
                }
            }
            return null;
        });
    }

    private boolean ended(StateFolder folder, ContainerNote note, Duration limit) {
        Path file = settings.exits().resolve(folder.id());
        return arrivals.await(file, limit, () -> views.state(folder, note) == ContainerState.CONTAINER_EXITED)
                || views.state(folder, note) == ContainerState.CONTAINER_EXITED;
    }

    @Override
    public void removeContainer(String id) {
        call(() -> containerLocks.with(id, () -> {
            if (container(id).state(ContainerNote.class).isPresent()) {
                runc.clear(container(id));
            }
            return null;
        }));
    }

    @Override
    public ContainerStatusResponse containerStatus(ContainerStatusRequest request) {
        return call(() -> {
            StateFolder folder = container(request.getContainerId());
            return ContainerStatusResponse.newBuilder()
                    .setStatus(views.status(folder, note(folder)))
                    .build();
        });
    }

    @Override
    public List<Container> listContainers(ContainerFilter filter) {
        return call(() -> folders(settings.containers()).stream()
                .flatMap(folder ->
                        folder.state(ContainerNote.class).stream().map(note -> views.listedUnchecked(folder, note)))
                .filter(container -> ContainerViews.matches(filter, container))
                .toList());
    }

    @Override
    public void updateContainerResources(UpdateContainerResourcesRequest request) {
        throw unimplemented("UpdateContainerResources");
    }

    @Override
    public void reopenContainerLog(String containerId) {
        throw unimplemented("ReopenContainerLog");
    }

    @Override
    public ExecSyncResponse execSync(ExecSyncRequest request) {
        return call(() -> {
            StateFolder folder = running(request.getContainerId());
            Duration limit = Duration.ofSeconds(Math.max(0, request.getTimeout()));
            return commands.toTheEnd(folder.id(), request.getCmdList(), limit);
        });
    }

    @Override
    public String exec(ExecRequest request) {
        return call(() -> streams.exec(request, running(request.getContainerId())));
    }

    @Override
    public String attach(AttachRequest request) {
        return call(() -> streams.attach(request, running(request.getContainerId())));
    }

    @Override
    public String portForward(PortForwardRequest request) {
        StateFolder folder = new StateFolder(settings.sandboxes().resolve(request.getPodSandboxId()));
        MainProcess pause = sandbox(folder).pause();
        if (!pause.lives()) {
            throw new ContainerRuntimeException(
                    Status.Code.FAILED_PRECONDITION, "sandbox " + folder.id() + " is not running");
        }
        return streams.portForward(folder.id(), pause);
    }

    @Override
    public ContainerStats containerStats(String id) {
        return call(() -> statistics.of(container(id), note(container(id)), now()));
    }

    @Override
    public List<ContainerStats> listContainerStats(ContainerStatsFilter filter) {
        ContainerFilter same = ContainerFilter.newBuilder()
                .setId(filter.getId())
                .setPodSandboxId(filter.getPodSandboxId())
                .putAllLabelSelector(filter.getLabelSelectorMap())
                .build();
        return listContainers(same).stream()
                .filter(container -> container.getState() == ContainerState.CONTAINER_RUNNING)
                .map(container -> containerStats(container.getId()))
                .toList();
    }

    @Override
    public PodSandboxStats podSandboxStats(String podSandboxId) {
        throw unimplemented("PodSandboxStats");
    }

    @Override
    public List<PodSandboxStats> listPodSandboxStats(PodSandboxStatsFilter filter) {
        throw unimplemented("ListPodSandboxStats");
    }

    @Override
    public Multi<ContainerEventResponse> containerEvents() {
        return Multi.createFrom().failure(unimplemented("GetContainerEvents"));
    }

    @Override
    public void close() {
        server.close();
        try {
            arrivals.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ContainerRuntimeException unimplemented(String method) {
        return new ContainerRuntimeException(Status.Code.UNIMPLEMENTED, method + " is not there yet");
    }

    private StateFolder container(String id) {
        return new StateFolder(settings.containers().resolve(id));
    }

    private StateFolder running(String id) {
        StateFolder folder = container(id);
        ContainerState state = views.state(folder, note(folder));
        if (state != ContainerState.CONTAINER_RUNNING) {
            throw new ContainerRuntimeException(Status.Code.FAILED_PRECONDITION, "container is in " + state + " state");
        }
        return folder;
    }

    private static ContainerNote note(StateFolder folder) {
        return folder.state(ContainerNote.class).orElseThrow(() -> absent("container", folder));
    }

    private static SandboxState sandbox(StateFolder folder) {
        return folder.state(SandboxState.class).orElseThrow(() -> absent("sandbox", folder));
    }

    private static ContainerRuntimeException absent(String what, StateFolder folder) {
        return new ContainerRuntimeException(Status.Code.NOT_FOUND, what + " \"" + folder.id() + "\": not found");
    }

    private List<StateFolder> containersOf(String sandbox) {
        return listContainers(
                        ContainerFilter.newBuilder().setPodSandboxId(sandbox).build())
                .stream()
                .map(container -> container(container.getId()))
                .toList();
    }

    private static List<StateFolder> folders(Path parent) throws IOException {
        try (Stream<Path> all = Files.list(parent)) {
            return all.map(StateFolder::new).toList();
        }
    }

    private String newId() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private long now() {
        Instant now = clock.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    private static <T> T call(Locks.Step<T> step) {
        try {
            return step.run();
        } catch (IOException | UncheckedIOException | ChildProcessException e) {
            throw new ContainerRuntimeException(Status.Code.UNKNOWN, String.valueOf(e.getMessage()), e);
        }
    }
}

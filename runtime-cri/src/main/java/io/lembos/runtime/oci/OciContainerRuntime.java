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
import io.lembos.runtime.cri.v1.PodSandboxState;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Lembos' own container runtime. What it knows is in folders below one root and in the kernel, never in memory alone: a new
 * instance goes on where a killed one was, and takes away what that one had half made.
 */
public final class OciContainerRuntime implements ContainerRuntime {
    private final OciSettings settings;
    private final Nanos nanos;
    private final StateFolders sandboxFolders;
    private final StateFolders containerFolders;
    private final Arrivals arrivals;
    private final ContainerViews views;
    private final ContainerEvents events;
    private final ContainerCalls containers;
    private final SandboxCalls sandboxes;
    private final Statistics statistics;
    private final Commands commands;
    private final StreamingServer server;
    private final Streams streams;

    private OciContainerRuntime(OciSettings settings, ImageFiles images, RuntimeClock clock, LinuxCalls linux)
            throws IOException {
        this.settings = settings;
        nanos = new Nanos(clock);
        sandboxFolders = new StateFolders(settings.sandboxes(), "sandbox");
        containerFolders = new StateFolders(settings.containers(), "container");
        views = new ContainerViews(settings);
        events = new ContainerEvents(sandboxFolders, containerFolders, views, nanos);
        arrivals = new Arrivals(List.of(settings.pids(), settings.exits(), settings.execs()), new Exits());
        Runc runc = new Runc(settings);
        Monitor monitor = new Monitor(settings, arrivals, this::monitorEnded);
        Locks sandboxLocks = new Locks();
        containers = new ContainerCalls(
                settings,
                containerFolders,
                sandboxFolders,
                new Containers(settings, images, monitor),
                views,
                runc,
                arrivals,
                events,
                sandboxLocks,
                nanos);
        sandboxes = new SandboxCalls(
                sandboxFolders,
                new Sandboxes(settings, runc, new Monitor(settings, arrivals, sandbox -> {})),
                runc,
                new Makers(settings),
                containers,
                events,
                sandboxLocks,
                nanos);
        statistics = new Statistics(views, nanos);
        commands = new Commands(settings, runc, arrivals);
        server = new StreamingServer(clock);
        streams = new Streams(settings, commands, arrivals, linux, server);
    }

    private void monitorEnded(StateFolder container) {
        containers.monitorEnded(container);
    }

    private final class Exits implements Arrivals.Listener {
        @Override
        public void arrived(Path file) {
            if (file.getParent().equals(settings.exits())) {
                events.exited(file.getFileName().toString());
            }
        }

        @Override
        public void missed() {
            events.missed();
        }
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
        runtime.commands.sweep();
        runtime.containers.recover();
        runtime.sandboxes.recover();
        return runtime;
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
        return call(() -> sandboxes.run(request));
    }

    @Override
    public void stopPodSandbox(String id) {
        call(() -> {
            sandboxes.stop(id);
            return null;
        });
    }

    @Override
    public void removePodSandbox(String id) {
        call(() -> {
            sandboxes.remove(id);
            return null;
        });
    }

    @Override
    public PodSandboxStatusResponse podSandboxStatus(PodSandboxStatusRequest request) {
        return call(() -> {
            StateFolder folder = sandboxFolders.require(request.getPodSandboxId());
            SandboxState state = sandboxFolders.state(folder, SandboxState.class);
            return PodSandboxStatusResponse.newBuilder()
                    .setStatus(SandboxViews.status(folder, state))
                    .build();
        });
    }

    @Override
    public List<PodSandbox> listPodSandboxes(PodSandboxFilter filter) {
        return call(() -> sandboxes.list(filter));
    }

    /** The limits of a pod are its control group's, which is the kubelet's. */
    @Override
    public void updatePodSandboxResources(UpdatePodSandboxResourcesRequest request) {}

    @Override
    public String createContainer(CreateContainerRequest request) {
        return call(() -> containers.create(request));
    }

    @Override
    public void startContainer(String id) {
        call(() -> {
            containers.start(id);
            return null;
        });
    }

    @Override
    public void stopContainer(String id, Duration grace) {
        call(() -> {
            containers.stop(id, grace);
            return null;
        });
    }

    @Override
    public void removeContainer(String id) {
        call(() -> {
            containers.remove(id);
            return null;
        });
    }

    @Override
    public ContainerStatusResponse containerStatus(ContainerStatusRequest request) {
        return call(() -> ContainerStatusResponse.newBuilder()
                .setStatus(containers.status(request.getContainerId()))
                .build());
    }

    @Override
    public List<Container> listContainers(ContainerFilter filter) {
        return call(() -> containers.list(filter));
    }

    @Override
    public void updateContainerResources(UpdateContainerResourcesRequest request) {
        call(() -> {
            containers.update(request.getContainerId(), request.getLinux());
            return null;
        });
    }

    @Override
    public void reopenContainerLog(String id) {
        call(() -> {
            containers.reopenLog(id);
            return null;
        });
    }

    @Override
    public ExecSyncResponse execSync(ExecSyncRequest request) {
        return call(() -> {
            StateFolder folder = containers.running(request.getContainerId());
            Duration limit = Duration.ofSeconds(Math.max(0, request.getTimeout()));
            return commands.toTheEnd(folder.id(), request.getCmdList(), limit);
        });
    }

    @Override
    public String exec(ExecRequest request) {
        return call(() -> streams.exec(request, containers.running(request.getContainerId())));
    }

    @Override
    public String attach(AttachRequest request) {
        return call(() -> streams.attach(request, containers.running(request.getContainerId())));
    }

    @Override
    public String portForward(PortForwardRequest request) {
        return call(() -> {
            StateFolder folder = sandboxFolders.require(request.getPodSandboxId());
            MainProcess pause = sandboxFolders.state(folder, SandboxState.class).pause();
            if (!pause.lives()) {
                throw new ContainerRuntimeException(
                        Status.Code.FAILED_PRECONDITION, "sandbox " + folder.id() + " is not running");
            }
            return streams.portForward(folder.id(), pause);
        });
    }

    @Override
    public ContainerStats containerStats(String id) {
        return call(() -> {
            StateFolder folder = containerFolders.require(id);
            return statistics.ofContainer(folder, containerFolders.state(folder, ContainerNote.class));
        });
    }

    @Override
    public List<ContainerStats> listContainerStats(ContainerStatsFilter filter) {
        ContainerFilter same = ContainerFilter.newBuilder()
                .setId(filter.getId())
                .setPodSandboxId(filter.getPodSandboxId())
                .putAllLabelSelector(filter.getLabelSelectorMap())
                .build();
        return present(listContainers(same).stream()
                .filter(container -> container.getState() == ContainerState.CONTAINER_RUNNING)
                .map(container -> () -> containerStats(container.getId())));
    }

    @Override
    public PodSandboxStats podSandboxStats(String id) {
        return call(() -> {
            StateFolder folder = sandboxFolders.require(id);
            return statistics.ofSandbox(
                    folder, sandboxFolders.state(folder, SandboxState.class), containers.of(folder.id()));
        });
    }

    @Override
    public List<PodSandboxStats> listPodSandboxStats(PodSandboxStatsFilter filter) {
        PodSandboxFilter same = PodSandboxFilter.newBuilder()
                .setId(filter.getId())
                .putAllLabelSelector(filter.getLabelSelectorMap())
                .build();
        return present(listPodSandboxes(same).stream()
                .filter(sandbox -> sandbox.getState() == PodSandboxState.SANDBOX_READY)
                .map(sandbox -> () -> podSandboxStats(sandbox.getId())));
    }

    /** Without those that go away while we ask. */
    private static <T> List<T> present(Stream<Supplier<T>> questions) {
        List<T> answers = new ArrayList<>();
        questions.forEach(question -> {
            try {
                answers.add(question.get());
            } catch (ContainerRuntimeException e) {
                if (!e.isNotFound()) {
                    throw e;
                }
            }
        });
        return answers;
    }

    @Override
    public Multi<ContainerEventResponse> containerEvents() {
        return events.stream();
    }

    @Override
    public void close() {
        server.close();
        events.end();
        try {
            arrivals.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T call(Locks.Step<T> step) {
        try {
            return step.run();
        } catch (IOException | UncheckedIOException | ChildProcessException e) {
            throw new ContainerRuntimeException(Status.Code.UNKNOWN, String.valueOf(e.getMessage()), e);
        }
    }
}

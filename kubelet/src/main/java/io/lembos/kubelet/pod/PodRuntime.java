package io.lembos.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.grpc.Status;
import io.lembos.api.events.EventRecorder;
import io.lembos.kubelet.KubeletConfig;
import io.lembos.kubelet.cgroups.PodCgroups;
import io.lembos.kubelet.container.ConfigError;
import io.lembos.kubelet.container.ContainerConfigs;
import io.lembos.kubelet.container.ContainerMounts;
import io.lembos.kubelet.container.ContainerResources;
import io.lembos.kubelet.container.Environment;
import io.lembos.kubelet.container.HostsMount;
import io.lembos.kubelet.container.ImageUser;
import io.lembos.kubelet.container.Labels;
import io.lembos.kubelet.container.ObservedContainer;
import io.lembos.kubelet.container.ObservedPod;
import io.lembos.kubelet.container.ObservedSandbox;
import io.lembos.kubelet.container.PodDns;
import io.lembos.kubelet.container.PodObserver;
import io.lembos.kubelet.container.SandboxConfigs;
import io.lembos.kubelet.images.ImagePuller;
import io.lembos.kubelet.images.ImageVolumes;
import io.lembos.kubelet.images.PullResult;
import io.lembos.kubelet.images.WantedImage;
import io.lembos.kubelet.lifecycle.ContainerStops;
import io.lembos.kubelet.resize.PodSizes;
import io.lembos.kubelet.resize.Resize;
import io.lembos.kubelet.status.Waiting;
import io.lembos.kubelet.system.Mounts;
import io.lembos.kubelet.volumes.MountFailure;
import io.lembos.kubelet.volumes.VolumeMounter;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.ContainerConfig;
import io.lembos.runtime.cri.v1.CreateContainerRequest;
import io.lembos.runtime.cri.v1.Mount;
import io.lembos.runtime.cri.v1.NamespaceMode;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.cri.v1.RunPodSandboxRequest;
import io.lembos.runtime.cri.v1.Signal;
import io.lembos.runtime.cri.v1.UpdateContainerResourcesRequest;
import io.lembos.runtime.files.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Carries out single steps for a pod on the runtime: make a sandbox, start a container, stop, remove. Each may be done
 * again after a failure. Holds no state of pods; called by the pod's worker, one step at a time.
 */
public final class PodRuntime {
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final Path RESOLVER = Path.of("/etc/resolv.conf");

    private final ContainerRuntime runtime;
    private final PodObserver observer;
    private final ImagePuller puller;
    private final ImageVolumes imageVolumes;
    private final ContainerStops stops;
    private final VolumeMounter volumes;
    private final Environment environment;
    private final Mounts mounts = new Mounts();
    private final HostsMount hosts;
    private final PodCgroups cgroups;
    private final ContainerResources resources;
    private final PodSizes sizes;
    private final EventRecorder events;
    private final RuntimeHandlers handlers;
    private final KubeletConfig config;

    public PodRuntime(
            ContainerRuntime runtime,
            ImagePuller puller,
            ContainerStops stops,
            VolumeMounter volumes,
            Environment environment,
            PodCgroups cgroups,
            ContainerResources resources,
            PodSizes sizes,
            EventRecorder events,
            RuntimeHandlers handlers,
            KubeletConfig config) {
        this.stops = stops;
        this.runtime = runtime;
        this.observer = new PodObserver(runtime, config.cluster());
        this.puller = puller;
        this.imageVolumes = new ImageVolumes(puller);
        this.volumes = volumes;
        this.environment = environment;
        this.cgroups = cgroups;
        this.resources = resources;
        this.sizes = sizes;
        this.events = events;
        this.handlers = handlers;
        this.hosts = new HostsMount(config);
        this.config = config;
    }

    /** What the pod asks for counts from when it is assigned until it has ended. */
    void count(Pod pod) {
        cgroups.count(pod);
    }

    /** A container could not be started: why, and when to try again. */
    record Refusal(Waiting waiting, Duration retryIn) {}

    ObservedPod observe(String uid) {
        return observer.observe(uid);
    }

    /**
     * Makes the pod's volumes; may fail because something they need is not there yet.
     *
     * @param onChange called when they should be made anew
     */
    Map<String, Path> mount(Pod pod, Runnable onChange) throws MountFailure, IOException {
        return volumes.mount(pod, config.podDirectory(pod.getMetadata().getUid()), onChange);
    }

    /** Whether what the pod's volumes were made from has changed since. */
    boolean hasStaleVolumes(Pod pod) {
        return volumes.isStale(pod);
    }

    void createSandbox(Pod pod, int attempt) throws IOException {
        if (Boolean.FALSE.equals(pod.getSpec().getHostUsers())) {
            throw new ContainerRuntimeException(
                    Status.Code.UNIMPLEMENTED, "user namespaces is not supported by the runtime");
        }
        String handler = handlers.of(pod);
        cgroups.prepare(pod);
        PodSandboxConfig sandbox = sandbox(pod, attempt);
        if (new PodDns(pod, "").missesCluster()) {
            events.warning(
                    pod,
                    "MissingClusterDNS",
                    "pod: \"" + Waiting.where(pod)
                            + "\". kubelet does not have ClusterDNS IP configured and cannot create Pod using \""
                            + pod.getSpec().getDnsPolicy() + "\" policy. Falling back to \"Default\" policy.");
        }
        Files.createDirectories(Path.of(sandbox.getLogDirectory()));
        if (attempt > 0) {
            events.normal(pod, "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
        }
        runtime.runPodSandbox(RunPodSandboxRequest.newBuilder()
                .setConfig(sandbox)
                .setRuntimeHandler(handler)
                .build());
    }

    private PodSandboxConfig sandbox(Pod pod, int attempt) throws IOException {
        String resolver = Files.exists(RESOLVER) ? Files.readString(RESOLVER) : "";
        return SandboxConfigs.of(pod, attempt, config, new PodDns(pod, resolver).config());
    }

    void stopSandbox(ObservedSandbox sandbox) {
        runtime.stopPodSandbox(sandbox.id());
    }

    void removeSandbox(ObservedSandbox sandbox) {
        runtime.stopPodSandbox(sandbox.id());
        runtime.removePodSandbox(sandbox.id());
    }

    /**
     * @param ending completed when it is no longer worth waiting for the container's hook
     * @return empty when the container was started
     */
    Optional<Refusal> start(
            Pod pod,
            ObservedSandbox sandbox,
            PodActions.Start start,
            Map<String, Path> mounted,
            CompletableFuture<Void> ending)
            throws IOException, InterruptedException {
        Container container = start.container();
        PodSandboxConfig sandboxConfig = sandbox(pod, sandbox.attempt());
        return switch (puller.ensure(pod, WantedImage.of(container), sandboxConfig)) {
            case PullResult.Failed failed -> Optional.of(refusal(failed));
            case PullResult.Present present ->
                switch (imageVolumes.ensure(pod, container, sandboxConfig)) {
                    case ImageVolumes.Result.Failed failed -> Optional.of(refusal(failed.why()));
                    case ImageVolumes.Result.Present volumes ->
                        create(
                                pod,
                                sandbox,
                                sandboxConfig,
                                start,
                                new ContainerMounts.Sources(mounted, volumes.images()),
                                present.imageRef(),
                                ending);
                };
        };
    }

    private static Refusal refusal(PullResult.Failed failed) {
        return new Refusal(new Waiting(failed.reason(), failed.message()), failed.retryIn());
    }

    private Optional<Refusal> create(
            Pod pod,
            ObservedSandbox sandbox,
            PodSandboxConfig sandboxConfig,
            PodActions.Start start,
            ContainerMounts.Sources mounted,
            String imageRef,
            CompletableFuture<Void> ending)
            throws IOException, InterruptedException {
        Container container = start.container();
        String ip = Boolean.TRUE.equals(pod.getSpec().getHostNetwork()) ? config.nodeIp() : sandbox.ip();
        String step = "CreateContainerConfigError";
        try {
            Map<String, String> variables = environment.of(pod, container, ip, config.nodeIp());
            Path lastWords = prepareFiles(pod, container, start.attempt(), sandboxConfig);
            Path parts = config.podDirectory(pod.getMetadata().getUid()).resolve("volume-subpaths");
            List<Mount> found = new ContainerMounts(mounts).of(pod, container, mounted, variables, parts);
            hosts.mount(pod, container, ip).ifPresent(found::add);
            ImageUser user = puller.userOf(imageRef);
            var around = new ContainerConfigs.Surroundings(
                    config, found, variables, lastWords, imageRef, user, resources.of(pod, container));
            ContainerConfig wanted = config(pod, start, around);
            step = "CreateContainerError";
            if (!mounted.images().isEmpty() && !ImageVolumes.areKnownTo(runtime.version())) {
                return refuse(pod, container, step, "the container runtime does not support image volumes");
            }
            String id = runtime.createContainer(CreateContainerRequest.newBuilder()
                    .setPodSandboxId(sandbox.id())
                    .setSandboxConfig(sandboxConfig)
                    .setConfig(wanted)
                    .build());
            tell(pod, container, "Normal", "Created", "Created container: " + container.getName());
            sizes.applied(pod, container);
            step = "RunContainerError";
            runtime.startContainer(id);
            tell(pod, container, "Normal", "Started", "Started container " + container.getName());
            if (!stops.afterStart(pod, container, id, sandbox.ip(), grace(pod), ending)) {
                return Optional.of(
                        new Refusal(new Waiting("PostStartHookError", "PostStartHook failed"), Duration.ZERO));
            }
            return Optional.empty();
        } catch (ConfigError e) {
            return refuse(pod, container, step, e.getMessage());
        } catch (ContainerRuntimeException e) {
            if (e.isUnavailable()) {
                throw e;
            }
            return refuse(pod, container, step, e.getMessage());
        }
    }

    /** What the runtime is told of a container, with what only this start of it knows. */
    static ContainerConfig config(Pod pod, PodActions.Start start, ContainerConfigs.Surroundings around)
            throws ConfigError {
        ContainerConfig.Builder config =
                ContainerConfigs.of(pod, start.container(), start.attempt(), around).toBuilder()
                        .setStopSignal(stopSignal(start.container()))
                        .putAnnotations(Labels.WANTED_IMAGE, start.container().getImage());
        start.target()
                .ifPresent(id -> config.getLinuxBuilder()
                        .getSecurityContextBuilder()
                        .getNamespaceOptionsBuilder()
                        .setPid(NamespaceMode.TARGET)
                        .setTargetId(id));
        return config.build();
    }

    private static Signal stopSignal(Container container) {
        String signal = container.getLifecycle() == null
                ? null
                : container.getLifecycle().getStopSignal();
        return signal == null ? Signal.RUNTIME_DEFAULT : Signal.valueOf(signal);
    }

    private Optional<Refusal> refuse(Pod pod, Container container, String reason, String message) {
        tell(pod, container, "Warning", "Failed", "Error: " + message);
        return Optional.of(new Refusal(new Waiting(reason, message), CrashBackOff.MIN));
    }

    /** The folder of the container's logs, and the file for its last words. */
    private Path prepareFiles(Pod pod, Container container, int attempt, PodSandboxConfig sandbox) throws IOException {
        Files.createDirectories(Path.of(sandbox.getLogDirectory(), container.getName()));
        Path folder = config.podDirectory(pod.getMetadata().getUid())
                .resolve("containers")
                .resolve(container.getName());
        Files.createDirectories(folder);
        Path file = folder.resolve("termination-" + attempt);
        if (!Files.exists(file)) {
            Files.createFile(file);
        }
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-rw-rw-"));
        return file;
    }

    /**
     * Gives running containers the resources that they should have now, those that must be started anew by stopping them.
     *
     * @return whether any was stopped
     */
    boolean resize(Pod pod, ObservedPod observed) throws IOException, InterruptedException {
        List<Resize> due = sizes.due(pod);
        if (due.isEmpty()) {
            return false;
        }
        boolean stopped = false;
        cgroups.loosen(pod);
        for (Resize resize : due) {
            Container container = resize.container();
            Optional<ObservedContainer> running =
                    observed.latest(container.getName()).filter(ObservedContainer::isRunning);
            if (running.isEmpty()) {
                continue; // It gets them when it starts.
            }
            if (resize.restarts()) {
                String message = "Container " + container.getName() + " resize requires restart";
                kill(pod, observed, new PodActions.Kill(running.get(), message, Optional.empty()));
                stopped = true;
            } else {
                runtime.updateContainerResources(UpdateContainerResourcesRequest.newBuilder()
                        .setContainerId(running.get().id())
                        .setLinux(resources.of(pod, container))
                        .build());
                sizes.applied(pod, container);
            }
        }
        cgroups.prepare(pod);
        return stopped;
    }

    /** Stops one container that is not well; the pod goes on. */
    void kill(Pod pod, ObservedPod observed, PodActions.Kill kill) throws InterruptedException {
        String ip = observed.readySandbox().map(ObservedSandbox::ip).orElse("");
        stops.stop(pod, kill.container(), ip, kill.message(), kill.grace().orElse(grace(pod)));
    }

    /** Stops all running containers in their order within the grace period; false if the runtime refused. */
    boolean stopContainers(Pod pod, ObservedPod observed, Duration grace) throws InterruptedException {
        return stops.stopAll(pod, observed, grace);
    }

    /** How long the pod's containers may take to end. */
    static Duration grace(Pod pod) {
        Long seconds = pod.getSpec().getTerminationGracePeriodSeconds();
        return seconds == null ? GRACE : Duration.ofSeconds(seconds);
    }

    /** Stops what is left of a pod that the API server no longer knows. */
    void stopUnknown(ObservedPod observed) {
        observed.running().forEach(c -> runtime.stopContainer(c.id(), Duration.ofSeconds(2)));
        stopSandboxes(observed);
    }

    void stopSandboxes(ObservedPod observed) {
        observed.sandboxes().forEach(s -> runtime.stopPodSandbox(s.id()));
    }

    /** Removes everything of a pod that has been stopped: containers, sandboxes, files, logs. */
    void remove(String uid, ObservedPod observed, Optional<Path> logs) throws IOException {
        observed.containers().forEach(c -> runtime.removeContainer(c.id()));
        observed.sandboxes().forEach(s -> runtime.removePodSandbox(s.id()));
        volumes.forget(uid);
        mounts.unmountBelow(config.podDirectory(uid));
        FileTree.delete(config.podDirectory(uid));
        if (logs.isPresent()) {
            FileTree.delete(logs.get());
        }
        cgroups.remove(uid);
        sizes.forget(uid);
        puller.forget(uid);
    }

    /** Removes the volumes of a pod that is over: nobody writes to them any more, and they take room. */
    void removeVolumes(String uid) throws IOException {
        volumes.forget(uid);
        for (String part : List.of("volume-subpaths", "volumes")) {
            Path folder = config.podDirectory(uid).resolve(part);
            if (Files.isDirectory(folder)) {
                mounts.unmountBelow(folder);
                FileTree.delete(folder);
            }
        }
    }

    /** Removes all containers that have ended. */
    void removeEnded(ObservedPod observed) {
        observed.containers().stream()
                .filter(ObservedContainer::hasExited)
                .forEach(c -> runtime.removeContainer(c.id()));
    }

    /** Removes containers that ended, but for the last two of each name, which {@code kubectl logs -p} shows. */
    void removeOld(ObservedPod observed) {
        for (ObservedContainer container : observed.containers()) {
            boolean kept =
                    observed.latest(container.name()).filter(container::equals).isPresent()
                            || observed.previous(container.name())
                                    .filter(container::equals)
                                    .isPresent();
            if (!kept && container.hasExited()) {
                runtime.removeContainer(container.id());
            }
        }
    }

    private void tell(Pod pod, Container container, String type, String reason, String message) {
        events.record(pod, "spec.containers{" + container.getName() + "}", type, reason, message);
    }
}

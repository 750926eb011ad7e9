package io.lembos.runtime.oci;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.ContainerConfig;
import io.lembos.runtime.cri.v1.CreateContainerRequest;
import io.lembos.runtime.cri.v1.Device;
import io.lembos.runtime.cri.v1.LinuxContainerSecurityContext;
import io.lembos.runtime.cri.v1.Mount;
import io.lembos.runtime.cri.v1.NamespaceMode;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.cri.v1.SecurityProfile;
import io.lembos.runtime.process.ChildProcess;
import io.lembos.runtime.store.ImageFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes containers of an image and a request: root file system, configuration, monitor. */
record Containers(OciSettings settings, ImageFiles images, Monitor monitor) {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    void make(StateFolder folder, CreateContainerRequest request, StateFolder sandbox, SandboxState pod, long now)
            throws IOException {
        ContainerConfig config = request.getConfig();
        refuseUnsupported(config);
        ImageFiles.Unpacked image = images.unpacked(config.getImage().getImage());
        Files.createDirectory(folder.path());
        folder.writeRequest(request.toByteArray());
        Path rootfs = mountRoot(folder, image);
        JsonNode settingsOfImage = image.config().path("config");
        LinuxContainerSecurityContext security = config.getLinux().getSecurityContext();
        ImageUser user = ImageUser.of(security, settingsOfImage.path("User").asText(""), rootfs);
        String cgroup = Sandboxes.cgroup(request.getSandboxConfig(), folder.id());
        ContainerSpec spec = new ContainerSpec(rootfs, security.getReadonlyRootfs(), cgroup);
        command(spec, config, settingsOfImage, request.getSandboxConfig());
        spec.user(user);
        List<String> capabilities = CapabilitySet.of(security.getCapabilities(), security.getPrivileged());
        spec.capabilities(capabilities, user.uid() == 0, security.getNoNewPrivs());
        if (security.hasSeccomp() && !security.getPrivileged()) {
            SeccompProfile.of(security.getSeccomp(), capabilities).ifPresent(spec::seccomp);
        }
        namespaces(spec, security, pod);
        spec.resources(OomScore.restricted(config.getLinux().getResources()), security.getPrivileged());
        mounts(spec, config, folder, sandbox, security);
        if (!security.getPrivileged()) {
            spec.hidden(security.getMaskedPathsList(), security.getReadonlyPathsList());
        }
        folder.write("config.json", spec.bytes());
        Monitor.Monitored made =
                monitor.create(folder, log(request), config.getTty(), config.getStdin(), config.getStdinOnce());
        String signal = StopSignals.choose(
                config.getStopSignal(), settingsOfImage.path("StopSignal").asText(""));
        folder.writeState(new ContainerNote(image.id(), cgroup, signal, now, 0, made.main(), made.conmon(), user));
    }

    static Path log(CreateContainerRequest request) {
        String directory = request.getSandboxConfig().getLogDirectory();
        String name = request.getConfig().getLogPath();
        return directory.isEmpty() || name.isEmpty() ? null : Path.of(directory).resolve(name);
    }

    /** What would silently be weaker than asked is refused. */
    private static void refuseUnsupported(ContainerConfig config) {
        LinuxContainerSecurityContext security = config.getLinux().getSecurityContext();
        String missing = null;
        if (security.hasApparmor()
                && security.getApparmor().getProfileType() == SecurityProfile.ProfileType.Localhost) {
            missing = "AppArmor profiles";
        } else if (security.getNamespaceOptions().getUsernsOptions().getMode() == NamespaceMode.POD
                && security.getNamespaceOptions().hasUsernsOptions()) {
            missing = "user namespaces";
        } else if (config.getCDIDevicesCount() > 0) {
            missing = "devices of the Container Device Interface";
        } else if (config.getMountsList().stream().anyMatch(Mount::getRecursiveReadOnly)) {
            missing = "recursively read-only mounts";
        }
        if (missing != null) {
            throw new ContainerRuntimeException(
                    Status.Code.UNIMPLEMENTED, "this runtime does not know " + missing + " yet");
        }
    }

    private static Path mountRoot(StateFolder folder, ImageFiles.Unpacked image) throws IOException {
        for (String name : List.of("upper", "work", "rootfs")) {
            Files.createDirectory(folder.file(name));
        }
        String lower = image.layers().stream().map(Path::toString).collect(Collectors.joining(":"));
        String options =
                "userxattr,lowerdir=" + lower + ",upperdir=" + folder.file("upper") + ",workdir=" + folder.file("work");
        Path rootfs = folder.file("rootfs");
        ChildProcess.require(List.of("mount", "-t", "overlay", "-o", options, "overlay", rootfs.toString()), LIMIT);
        return rootfs;
    }

    private static void command(ContainerSpec spec, ContainerConfig config, JsonNode image, PodSandboxConfig pod) {
        List<String> arguments = new ArrayList<>(config.getCommandList());
        if (arguments.isEmpty()) {
            image.path("Entrypoint").forEach(part -> arguments.add(part.asText()));
            if (config.getArgsCount() == 0) {
                image.path("Cmd").forEach(part -> arguments.add(part.asText()));
            }
        }
        arguments.addAll(config.getArgsList());
        if (arguments.isEmpty()) {
            throw new ContainerRuntimeException(Status.Code.INVALID_ARGUMENT, "no command specified");
        }
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", PATH);
        environment.put("HOSTNAME", pod.getHostname());
        if (config.getTty()) {
            environment.put("TERM", "xterm");
        }
        image.path("Env").forEach(entry -> {
            String[] parts = entry.asText().split("=", 2);
            environment.put(parts[0], parts.length == 2 ? parts[1] : "");
        });
        config.getEnvsList().forEach(entry -> environment.put(entry.getKey(), entry.getValue()));
        String directory =
                config.getWorkingDir().isEmpty() ? image.path("WorkingDir").asText("") : config.getWorkingDir();
        spec.command(arguments, environment, directory.isEmpty() ? "/" : directory, config.getTty());
    }

    private void namespaces(ContainerSpec spec, LinuxContainerSecurityContext security, SandboxState pod) {
        Path shared = Path.of("/proc/" + pod.pause().pid() + "/ns");
        var modes = security.getNamespaceOptions();
        spec.namespace("uts", shared.resolve("uts"));
        spec.namespace("network", shared.resolve("net"));
        spec.namespace("ipc", shared.resolve("ipc"));
        switch (modes.getPid()) {
            case POD -> spec.namespace("pid", shared.resolve("pid"));
            case NODE -> {}
            case TARGET -> spec.namespace("pid", processesOf(modes.getTargetId()));
            default -> spec.namespace("pid", null);
        }
    }

    private Path processesOf(String container) {
        StateFolder folder = new StateFolder(settings.containers().resolve(container));
        MainProcess target = folder.state(ContainerNote.class)
                .map(ContainerNote::main)
                .filter(MainProcess::lives)
                .orElseThrow(() -> new ContainerRuntimeException(
                        Status.Code.FAILED_PRECONDITION, "target container \"" + container + "\" is not running"));
        return Path.of("/proc/" + target.pid() + "/ns/pid");
    }

    private void mounts(
            ContainerSpec spec,
            ContainerConfig config,
            StateFolder folder,
            StateFolder sandbox,
            LinuxContainerSecurityContext security)
            throws IOException {
        String access = security.getPrivileged() ? "rw" : "ro";
        spec.mount("sysfs", "sysfs", "/sys", List.of("nosuid", "noexec", "nodev", access));
        spec.mount("cgroup", "cgroup", "/sys/fs/cgroup", List.of("nosuid", "noexec", "nodev", "relatime", access));
        List<String> asked =
                config.getMountsList().stream().map(Mount::getContainerPath).toList();
        boolean node = security.getNamespaceOptions().getIpc() == NamespaceMode.NODE;
        if (!asked.contains("/dev/shm")) {
            spec.bind(node ? Path.of("/dev/shm") : sandbox.file("shm"), "/dev/shm", "rw");
        }
        for (String name : List.of("resolv.conf", "hostname")) {
            if (!asked.contains("/etc/" + name)) {
                spec.bind(sandbox.file(name), "/etc/" + name, security.getReadonlyRootfs() ? "ro" : "rw");
            }
        }
        for (int i = 0; i < config.getMountsCount(); i++) {
            mount(spec, config.getMounts(i), folder, i);
        }
        if (security.getPrivileged()) {
            Devices.addAll(spec);
        }
        for (Device device : config.getDevicesList()) {
            Devices.add(spec, device);
        }
    }

    private void mount(ContainerSpec spec, Mount mount, StateFolder folder, int number) throws IOException {
        if (mount.hasImage()) {
            Path shown = new ImageMounts(images).show(folder, number, mount);
            spec.bind(shown, mount.getContainerPath(), "rprivate", "ro", "noexec", "nosuid", "nodev");
            return;
        }
        Path source = Path.of(mount.getHostPath());
        if (!Files.exists(source)) {
            Files.createDirectories(source);
        }
        String propagation = switch (mount.getPropagation()) {
            case PROPAGATION_BIDIRECTIONAL -> "rshared";
            case PROPAGATION_HOST_TO_CONTAINER -> "rslave";
            default -> "rprivate";
        };
        if (!propagation.equals("rprivate")) {
            spec.propagation(propagation);
        }
        spec.bind(source.toRealPath(), mount.getContainerPath(), propagation, mount.getReadonly() ? "ro" : "rw");
    }
}

package io.lembos.runtime.oci;

import io.lembos.runtime.cri.v1.DNSConfig;
import io.lembos.runtime.cri.v1.LinuxContainerResources;
import io.lembos.runtime.cri.v1.NamespaceMode;
import io.lembos.runtime.cri.v1.NamespaceOption;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.cri.v1.RunPodSandboxRequest;
import io.lembos.runtime.process.ChildProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Makes what the containers of a pod share: network, IPC, names, and the pause process that holds them. */
record Sandboxes(OciSettings settings, Runc runc, Monitor monitor) {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long NOBODY = 65535;

    private PodNetworking networking() {
        return new PodNetworking(settings.plugins(), settings.network());
    }

    static NamespaceOption namespaces(PodSandboxConfig config) {
        return config.getLinux().getSecurityContext().getNamespaceOptions();
    }

    static String cgroup(PodSandboxConfig config, String id) {
        String parent = config.getLinux().getCgroupParent();
        return parent.isEmpty() ? "/lembos-" + id : parent + "/" + id;
    }

    void make(StateFolder folder, RunPodSandboxRequest request, long now) throws IOException {
        Files.createDirectory(folder.path());
        folder.writeRequest(request.toByteArray());
        PodSandboxConfig config = request.getConfig();
        NamespaceOption modes = namespaces(config);
        boolean own = modes.getNetwork() == NamespaceMode.POD;
        List<String> addresses = own ? networking().join(folder.id(), folder.file("netns"), config) : List.of();
        Files.createDirectory(folder.file("shm"));
        if (modes.getIpc() != NamespaceMode.NODE) {
            ChildProcess.require(
                    List.of(
                            "mount",
                            "-t",
                            "tmpfs",
                            "-o",
                            "nosuid,nodev,noexec,mode=1777,size=65536k",
                            "shm",
                            folder.file("shm").toString()),
                    LIMIT);
        }
        folder.write("resolv.conf", resolver(config));
        folder.write("hostname", (config.getHostname() + "\n").getBytes(StandardCharsets.UTF_8));
        folder.write("config.json", spec(folder, config).bytes());
        MainProcess pause = monitor.create(folder, null, false, false, false).main();
        runc.require("start", folder.id());
        folder.writeState(new SandboxState(now, pause, addresses, false));
    }

    private ContainerSpec spec(StateFolder folder, PodSandboxConfig config) {
        NamespaceOption modes = namespaces(config);
        ContainerSpec spec = new ContainerSpec(settings.pauseRoot(), true, cgroup(config, folder.id()));
        spec.command(List.of("/pause"), Map.of(), "/", false);
        spec.user(new ImageUser(NOBODY, NOBODY, List.of(NOBODY)));
        spec.capabilities(List.of(), false, true);
        if (modes.getNetwork() == NamespaceMode.POD) {
            spec.namespace("network", folder.file("netns"));
            spec.namespace("uts", null);
            spec.hostname(config.getHostname());
        }
        if (modes.getIpc() != NamespaceMode.NODE) {
            spec.namespace("ipc", null);
        }
        if (modes.getPid() != NamespaceMode.NODE) {
            spec.namespace("pid", null);
        }
        spec.sysctls(config.getLinux().getSysctlsMap());
        spec.resources(
                OomScore.restricted(LinuxContainerResources.newBuilder()
                        .setOomScoreAdj(-998)
                        .build()),
                false);
        return spec;
    }

    private static byte[] resolver(PodSandboxConfig config) throws IOException {
        if (!config.hasDnsConfig()) {
            Path node = Path.of("/etc/resolv.conf");
            return Files.exists(node) ? Files.readAllBytes(node) : new byte[0];
        }
        DNSConfig dns = config.getDnsConfig();
        StringBuilder text = new StringBuilder();
        if (dns.getSearchesCount() > 0) {
            text.append("search ")
                    .append(String.join(" ", dns.getSearchesList()))
                    .append('\n');
        }
        dns.getServersList()
                .forEach(server -> text.append("nameserver ").append(server).append('\n'));
        if (dns.getOptionsCount() > 0) {
            text.append("options ")
                    .append(String.join(" ", dns.getOptionsList()))
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Also of one that was only half made. */
    void halt(StateFolder folder) throws IOException {
        runc.run("kill", folder.id(), "KILL");
        if (Files.exists(folder.file("request.pb"))) {
            PodSandboxConfig config =
                    RunPodSandboxRequest.parseFrom(folder.request()).getConfig();
            if (namespaces(config).getNetwork() == NamespaceMode.POD) {
                networking().leave(folder.id(), folder.file("netns"), config);
            }
        }
    }
}

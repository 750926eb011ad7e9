package io.lembos.runtime.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lembos.runtime.client.CriClient;
import io.lembos.runtime.cri.v1.Container;
import io.lembos.runtime.cri.v1.ContainerFilter;
import io.lembos.runtime.cri.v1.ContainerState;
import io.lembos.runtime.cri.v1.PodSandboxFilter;
import io.lembos.runtime.process.ChildProcess;
import io.lembos.runtime.process.LinuxProcess;
import io.lembos.runtime.process.MountTable;
import io.lembos.runtime.time.SystemRuntimeClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContainerdLifecycleIT {

    private final SystemRuntimeClock clock = new SystemRuntimeClock();
    private ContainerdSpec spec;
    private Containerd containerd;

    @BeforeEach
    void choose() throws IOException {
        spec = ContainerdNode.newSpec();
        containerd = new Containerd(spec, clock);
    }

    @AfterEach
    void delete() {
        containerd.delete();
        clock.close();
    }

    @Test
    void podsSurviveTheKillOfTheLauncherAndAreFoundAgain() throws Exception {
        String id = launchInAnotherJvmAndKillIt();
        LinuxProcess before = containerd.process().orElseThrow();

        containerd.start();

        assertThat(containerd.process()).contains(before);
        try (CriClient client = containerd.client(ContainerdNode.DEADLINES)) {
            assertThat(client.containerStatus(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
            awaitAnswer(client);
        }
    }

    @Test
    void podsSurviveTheRestartOfTheDaemon() throws IOException {
        ContainerdNode node = ContainerdNode.start(spec);
        try (CriClient client = node.client()) {
            String id = NodeLauncher.runServer(client);
            LinuxProcess before = containerd.process().orElseThrow();

            containerd.stop();
            assertThat(containerd.process()).isEmpty();
            containerd.start();

            assertThat(containerd.process()).isPresent().get().isNotEqualTo(before);
            assertThat(client.listContainers(ContainerFilter.getDefaultInstance()))
                    .extracting(Container::getId, Container::getState)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(id, ContainerState.CONTAINER_RUNNING));
            awaitAnswer(client);
        }
    }

    @Test
    void deleteAfterAKilledDaemonLeavesNothing() throws IOException {
        Set<String> cgroupsBefore = cgroups();
        Set<String> filesBefore = sharedFiles();
        ContainerdNode node = ContainerdNode.start(spec);
        try (CriClient client = node.client()) {
            NodeLauncher.runServer(client);
        }
        assertThat(Files.exists(Path.of("/sys/class/net", spec.network().bridge())))
                .isTrue();
        assertThat(natRules()).contains("name: \\\"" + spec.network().bridge());
        containerd.process().orElseThrow().kill();

        containerd.delete();

        assertThat(LinuxProcess.all().filter(this::mentionsUs)).isEmpty();
        assertThat(MountTable.below(spec.directory())).isEmpty();
        assertThat(spec.directory()).doesNotExist();
        assertThat(Files.exists(Path.of("/sys/class/net", spec.network().bridge())))
                .isFalse();
        assertThat(natRules()).doesNotContain(spec.network().bridge());
        assertThat(cgroups()).isEqualTo(cgroupsBefore);
        assertThat(sharedFiles()).isEqualTo(filesBefore);
    }

    @Test
    void stalePidFileIsNotBelieved() throws IOException {
        Files.writeString(spec.pidFile(), ProcessHandle.current().pid() + "\n");

        assertThat(containerd.process()).isEmpty();
        assertThat(containerd.start().getRuntimeName()).isEqualTo("containerd");
    }

    @Test
    void daemonThatEndsAtOnceIsToldWithItsLog() throws IOException {
        Files.createDirectories(spec.directory());
        Files.writeString(spec.root(), "a file where a directory must be");

        org.assertj.core.api.Assertions.assertThatThrownBy(containerd::start)
                .isInstanceOf(ContainerdException.class)
                .hasMessageContaining("containerd has ended")
                .hasMessageContaining("not a directory");
    }

    private String launchInAnotherJvmAndKillIt() throws IOException, InterruptedException {
        Process launcher = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        NodeLauncher.class.getName(),
                        spec.directory().toString(),
                        spec.network().bridge(),
                        spec.network().podCidr())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = launcher.inputReader()) {
            String line = output.lines()
                    .filter(text -> text.startsWith(NodeLauncher.READY))
                    .findFirst()
                    .orElseThrow();
            return line.substring(NodeLauncher.READY.length());
        } finally {
            launcher.destroyForcibly().waitFor();
        }
    }

    private static void awaitAnswer(CriClient client) {
        String sandbox = client.listPodSandboxes(PodSandboxFilter.getDefaultInstance())
                .get(0)
                .getId();
        String ip = client.podSandboxStatus(sandbox).getNetwork().getIp();
        await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> {
            try (Socket socket = new Socket(ip, 8080)) {
                return socket.isConnected();
            }
        });
    }

    private boolean mentionsUs(LinuxProcess process) {
        return process.arguments().stream()
                .anyMatch(argument -> argument.contains(spec.directory().toString()));
    }

    private static String natRules() {
        return ChildProcess.require(List.of("iptables-save", "-t", "nat"), Duration.ofSeconds(10));
    }

    /** What all containerds of a machine keep in the same place. */
    private static Set<String> sharedFiles() throws IOException {
        Set<String> found = new TreeSet<>();
        for (Path directory : List.of(Path.of("/run/containerd/s"), Path.of("/var/lib/cni/results"))) {
            Files.createDirectories(directory);
            try (Stream<Path> paths = Files.list(directory)) {
                paths.map(Path::toString).forEach(found::add);
            }
        }
        return found;
    }

    /** Cgroups of containers where containerd puts them if nobody says otherwise. */
    private static Set<String> cgroups() throws IOException {
        try (Stream<Path> paths = Files.find(
                Path.of("/sys/fs/cgroup"),
                4,
                (path, attributes) -> attributes.isDirectory()
                        && path.getParent().getFileName().toString().equals("k8s.io"))) {
            return paths.map(Path::toString).collect(Collectors.toSet());
        }
    }
}

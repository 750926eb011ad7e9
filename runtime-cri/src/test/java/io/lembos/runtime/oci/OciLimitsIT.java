package io.lembos.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lembos.runtime.cri.v1.Capability;
import io.lembos.runtime.cri.v1.ContainerConfig;
import io.lembos.runtime.cri.v1.ContainerEventResponse;
import io.lembos.runtime.cri.v1.ContainerEventType;
import io.lembos.runtime.cri.v1.ContainerState;
import io.lembos.runtime.cri.v1.ContainerStatsFilter;
import io.lembos.runtime.cri.v1.ContainerStatus;
import io.lembos.runtime.cri.v1.Device;
import io.lembos.runtime.cri.v1.LinuxContainerResources;
import io.lembos.runtime.cri.v1.NamespaceMode;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.cri.v1.PodSandboxStatsFilter;
import io.lembos.runtime.cri.v1.SecurityProfile;
import io.lembos.runtime.cri.v1.UpdateContainerResourcesRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What containers may do and use, and how that is seen: limits, system calls, devices, statistics, events, logs. */
class OciLimitsIT {
    private static final long MIB = 1 << 20;

    private static OciNode node;
    private static OciPods pods;

    @TempDir
    Path logs;

    @BeforeAll
    static void open() throws IOException {
        node = new OciNode();
        pods = new OciPods(node);
    }

    @AfterAll
    static void nothingIsLeft() throws IOException {
        node.close();
    }

    @AfterEach
    void removePods() {
        node.removePods();
    }

    private static ContainerConfig limited(long memory, String... command) {
        ContainerConfig.Builder config = OciPods.container(command);
        config.getLinuxBuilder().getResourcesBuilder().setMemoryLimitInBytes(memory);
        return config.build();
    }

    @Test
    void whoTakesTooMuchMemoryIsKilledForThat() {
        String id = pods.startIn(
                pods.sandbox(),
                limited(16 * MIB, "sh", "-c", "x=$(/bin/busybox yes | /bin/busybox head -c 200000000)"));

        ContainerStatus status = pods.awaitExit(id);

        assertThat(status.getReason()).isEqualTo("OOMKilled");
        assertThat(status.getExitCode()).isEqualTo(137);
    }

    @Test
    void limitsChangeWhileTheContainerRuns() {
        String id = pods.startIn(pods.sandbox(), limited(16 * MIB, "sleep", "600"));

        node.runtime()
                .updateContainerResources(UpdateContainerResourcesRequest.newBuilder()
                        .setContainerId(id)
                        .setLinux(LinuxContainerResources.newBuilder().setMemoryLimitInBytes(32 * MIB))
                        .build());

        String limit = "cat /sys/fs/cgroup/memory.max || cat /sys/fs/cgroup/memory/memory.limit_in_bytes";
        assertThat(pods.exec(id, limit.replace("cat", "/bin/busybox cat"))
                        .getStdout()
                        .toStringUtf8())
                .isEqualTo(32 * MIB + "\n");
        assertThat(node.runtime().containerStatus(id).getResources().getLinux().getMemoryLimitInBytes())
                .isEqualTo(32 * MIB);
    }

    @Test
    void theDefaultProfileForbidsNewNamespacesUnlessTheCapabilityIsGiven() {
        String sandbox = pods.sandbox();
        String unshare = "/bin/busybox unshare -U /bin/busybox true; echo code $?; /bin/busybox true";

        assertThat(output(sandbox, secured(SecurityProfile.ProfileType.RuntimeDefault, false), unshare))
                .contains("Operation not permitted")
                .contains("code 1");
        assertThat(output(sandbox, secured(SecurityProfile.ProfileType.Unconfined, false), unshare))
                .contains("code 0");
        assertThat(output(sandbox, secured(SecurityProfile.ProfileType.RuntimeDefault, true), unshare))
                .contains("code 0");
    }

    private static ContainerConfig secured(SecurityProfile.ProfileType profile, boolean admin) {
        ContainerConfig.Builder config = OciPods.container("sleep", "600");
        config.getLinuxBuilder()
                .getSecurityContextBuilder()
                .setSeccomp(SecurityProfile.newBuilder().setProfileType(profile));
        if (admin) {
            config.getLinuxBuilder()
                    .getSecurityContextBuilder()
                    .setCapabilities(Capability.newBuilder().addAddCapabilities("SYS_ADMIN"));
        }
        return config.build();
    }

    private static String output(String sandbox, ContainerConfig config, String script) {
        return pods.exec(pods.startIn(sandbox, config), "exec 2>&1; " + script)
                .getStdout()
                .toStringUtf8();
    }

    @Test
    void aProfileOfTheNodeIsUsedAsItIs() throws IOException {
        Path profile = logs.resolve("profile.json");
        Files.writeString(profile, """
                {"defaultAction": "SCMP_ACT_ALLOW",
                 "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28}]}
                """);
        ContainerConfig.Builder config = OciPods.container("sleep", "600");
        config.getLinuxBuilder()
                .getSecurityContextBuilder()
                .getSeccompBuilder()
                .setProfileType(SecurityProfile.ProfileType.Localhost)
                .setLocalhostRef(profile.toString());

        assertThat(output(pods.sandbox(), config.build(), "/bin/busybox mkdir /new"))
                .contains("No space left on device");
    }

    @Test
    void devicesAreThereUnderTheirNewNames() {
        ContainerConfig config = OciPods.container("sleep", "600")
                .addDevices(Device.newBuilder()
                        .setHostPath("/dev/zero")
                        .setContainerPath("/dev/nothing")
                        .setPermissions("r"))
                .build();

        assertThat(output(pods.sandbox(), config, "/bin/busybox head -c 5 /dev/nothing | /bin/busybox wc -c"))
                .isEqualTo("5\n");
    }

    @Test
    void privilegedMeansAllDevicesAndAWritableSys() {
        ContainerConfig.Builder config = OciPods.container("sleep", "600");
        config.getLinuxBuilder().getSecurityContextBuilder().setPrivileged(true);

        String seen =
                output(pods.sandbox(), config.build(), "/bin/busybox ls /dev; /bin/busybox grep sysfs /proc/mounts");
        assertThat(seen).contains("kmsg").contains("sysfs /sys sysfs rw");
    }

    @Test
    void aContainerSeesTheProcessesOfItsTarget() {
        String sandbox = pods.sandbox();
        String target = pods.startIn(sandbox, OciPods.container("sleep", "604").build());
        ContainerConfig.Builder config = OciPods.container("sleep", "600");
        config.getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setPid(NamespaceMode.TARGET)
                .setTargetId(target);

        assertThat(output(sandbox, config.build(), "/bin/busybox ps")).contains("sleep 604");
    }

    @Test
    void podsAndContainersAreCounted() {
        PodSandboxConfig config = OciPods.config().putLabels("app", "counted").build();
        String sandbox = pods.sandbox(config);
        String id = pods.startIn(sandbox, OciPods.container("sleep", "600").build());
        pods.exec(id, "/bin/busybox head -c 100000 /dev/zero >/file");

        var stats = node.runtime().podSandboxStats(sandbox);
        assertThat(stats.getAttributes().getLabelsMap()).containsEntry("app", "counted");
        assertThat(stats.getLinux().getCpu().getUsageCoreNanoSeconds().getValue())
                .isPositive();
        assertThat(stats.getLinux().getMemory().getWorkingSetBytes().getValue()).isPositive();
        assertThat(stats.getLinux().getNetwork().getDefaultInterface().getName())
                .isEqualTo("eth0");
        assertThat(stats.getLinux().getContainersList()).singleElement().satisfies(container -> {
            assertThat(container.getAttributes().getId()).isEqualTo(id);
            assertThat(container.getWritableLayer().getUsedBytes().getValue()).isBetween(100_000L, 120_000L);
        });
        assertThat(node.runtime().listPodSandboxStats(PodSandboxStatsFilter.getDefaultInstance()))
                .hasSize(1);
        assertThat(node.runtime().listContainerStats(ContainerStatsFilter.getDefaultInstance()))
                .hasSize(1);
    }

    @Test
    void eventsTellWhatWasDoneAndWhatEndedByItself() {
        List<ContainerEventResponse> heard = new CopyOnWriteArrayList<>();
        var reader = node.runtime().containerEvents().subscribe().with(heard::add, failure -> {});
        try {
            String sandbox = pods.sandbox();
            String id = pods.startIn(sandbox, OciPods.container("true").build());
            await().atMost(OciPods.LIMIT)
                    .untilAsserted(() -> assertThat(heard)
                            .filteredOn(event -> event.getContainerId().equals(id))
                            .extracting(ContainerEventResponse::getContainerEventType)
                            .contains(
                                    ContainerEventType.CONTAINER_CREATED_EVENT,
                                    ContainerEventType.CONTAINER_STARTED_EVENT,
                                    ContainerEventType.CONTAINER_STOPPED_EVENT));
            ContainerEventResponse stopped = heard.stream()
                    .filter(e -> e.getContainerEventType() == ContainerEventType.CONTAINER_STOPPED_EVENT)
                    .findFirst()
                    .orElseThrow();
            assertThat(stopped.getPodSandboxStatus().getId()).isEqualTo(sandbox);
            assertThat(stopped.getContainersStatusesList())
                    .singleElement()
                    .satisfies(status -> assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_EXITED));
            node.runtime().removePodSandbox(sandbox);
            await().atMost(OciPods.LIMIT)
                    .untilAsserted(() -> assertThat(heard)
                            .filteredOn(e -> e.getContainerEventType() == ContainerEventType.CONTAINER_DELETED_EVENT)
                            .extracting(ContainerEventResponse::getContainerId)
                            .containsExactlyInAnyOrder(id, sandbox));
        } finally {
            reader.cancel();
        }
    }

    @Test
    void aRenamedLogGoesOnInANewFile() throws IOException {
        PodSandboxConfig config =
                OciPods.config().setLogDirectory(logs.toString()).build();
        String id = pods.create(
                pods.sandbox(config),
                config,
                OciPods.container("sh", "-c", "while true; do echo line; /bin/busybox sleep 0.05; done")
                        .setLogPath("main.log")
                        .build());
        node.runtime().startContainer(id);
        Path log = logs.resolve("main.log");
        await().atMost(OciPods.LIMIT).until(() -> Files.size(log) > 0);
        Files.move(log, logs.resolve("old.log"));

        node.runtime().reopenContainerLog(id);

        assertThat(log).exists();
        await().atMost(OciPods.LIMIT).until(() -> Files.size(log) > 0);
        node.runtime().stopContainer(id, Duration.ZERO);
        assertThat(Files.readString(log)).contains("stdout F line");
    }
}

package io.lembos.runtime.oci;

import io.lembos.runtime.ContainerRuntimeContract;
import io.lembos.runtime.cri.v1.ContainerConfig;
import io.lembos.runtime.cri.v1.ContainerMetadata;
import io.lembos.runtime.cri.v1.ContainerState;
import io.lembos.runtime.cri.v1.ContainerStatus;
import io.lembos.runtime.cri.v1.CreateContainerRequest;
import io.lembos.runtime.cri.v1.ExecSyncRequest;
import io.lembos.runtime.cri.v1.ExecSyncResponse;
import io.lembos.runtime.cri.v1.ImageSpec;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.cri.v1.PodSandboxMetadata;
import io.lembos.runtime.cri.v1.RunPodSandboxRequest;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** Pods of a node, for tests: one sandbox each unless another is said, containers of busybox. */
record OciPods(OciNode node) {
    static final Duration LIMIT = Duration.ofSeconds(20);

    static PodSandboxConfig.Builder config() {
        return PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName("pod")
                        .setUid("u")
                        .setNamespace("default"));
    }

    String sandbox() {
        return sandbox(config().build());
    }

    String sandbox(PodSandboxConfig config) {
        return node.runtime()
                .runPodSandbox(
                        RunPodSandboxRequest.newBuilder().setConfig(config).build());
    }

    /** A busybox applet with its arguments. */
    static ContainerConfig.Builder container(String... command) {
        return ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName("main"))
                .setImage(ImageSpec.newBuilder().setImage(ContainerRuntimeContract.IMAGE))
                .addCommand("/bin/busybox")
                .addAllArgs(List.of(command))
                .setStdin(true);
    }

    String create(String sandbox, PodSandboxConfig config, ContainerConfig container) {
        return node.runtime()
                .createContainer(CreateContainerRequest.newBuilder()
                        .setPodSandboxId(sandbox)
                        .setSandboxConfig(config)
                        .setConfig(container)
                        .build());
    }

    String start(String... command) {
        return startIn(sandbox(), container(command).build());
    }

    String startIn(String sandbox, ContainerConfig container) {
        String id = create(sandbox, config().build(), container);
        node.runtime().startContainer(id);
        return id;
    }

    ContainerStatus awaitExit(String id) {
        return Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> node.runtime().containerStatus(id),
                        status -> status.getState() == ContainerState.CONTAINER_EXITED);
    }

    ExecSyncResponse exec(String container, String script) {
        return node.runtime()
                .execSync(ExecSyncRequest.newBuilder()
                        .setContainerId(container)
                        .addAllCmd(List.of("/bin/busybox", "sh", "-c", script))
                        .setTimeout(20)
                        .build());
    }
}

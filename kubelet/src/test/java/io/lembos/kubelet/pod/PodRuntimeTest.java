package io.lembos.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.kubelet.KubeletConfig;
import io.lembos.kubelet.container.ConfigError;
import io.lembos.kubelet.container.ContainerConfigs.Surroundings;
import io.lembos.kubelet.container.ImageUser;
import io.lembos.runtime.cri.v1.ContainerConfig;
import io.lembos.runtime.cri.v1.LinuxContainerResources;
import io.lembos.runtime.cri.v1.NamespaceMode;
import io.lembos.runtime.cri.v1.Signal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PodRuntimeTest {
    private static final Path HERE = Path.of("/nowhere");

    private final Pod pod = new PodBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withName("web")
            .withUid("u")
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("main")
            .withImage("image")
            .withNewLifecycle()
            .withStopSignal("SIGUSR1")
            .endLifecycle()
            .endContainer()
            .addNewContainer()
            .withName("plain")
            .withImage("image")
            .endContainer()
            .endSpec()
            .build();

    @Test
    void containerIsStoppedByTheSignalThatItWants() throws Exception {
        assertThat(config(0, Optional.empty()).getStopSignal()).isEqualTo(Signal.SIGUSR1);
        assertThat(config(1, Optional.empty()).getStopSignal()).isEqualTo(Signal.RUNTIME_DEFAULT);
    }

    @Test
    void containerSeesTheProcessesOfItsTarget() throws Exception {
        var shared =
                config(1, Optional.of("id")).getLinux().getSecurityContext().getNamespaceOptions();
        var own = config(1, Optional.empty()).getLinux().getSecurityContext().getNamespaceOptions();

        assertThat(shared.getPid()).isEqualTo(NamespaceMode.TARGET);
        assertThat(shared.getTargetId()).isEqualTo("id");
        assertThat(own.getPid()).isEqualTo(NamespaceMode.CONTAINER);
    }

    private ContainerConfig config(int container, Optional<String> target) throws ConfigError {
        Container spec = pod.getSpec().getContainers().get(container);
        KubeletConfig config = new KubeletConfig(
                "c", "n", "127.0.0.1", 0, HERE, HERE, "", Map.of(), HERE, HERE, HERE, CrashBackOff.MAX, "v1.36.0");
        return PodRuntime.config(
                pod,
                new PodActions.Start(spec, 0, false, target),
                new Surroundings(
                        config,
                        List.of(),
                        Map.of(),
                        HERE,
                        "image",
                        ImageUser.ROOT,
                        LinuxContainerResources.getDefaultInstance()));
    }
}

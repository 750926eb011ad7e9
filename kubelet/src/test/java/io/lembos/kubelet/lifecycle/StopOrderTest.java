package io.lembos.kubelet.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;

class StopOrderTest {
    private final Pod pod = new PodBuilder()
            .withNewSpec()
            .addNewInitContainer()
            .withName("init")
            .endInitContainer()
            .addNewInitContainer()
            .withName("first")
            .withRestartPolicy("Always")
            .endInitContainer()
            .addNewInitContainer()
            .withName("second")
            .withRestartPolicy("Always")
            .endInitContainer()
            .addNewContainer()
            .withName("main")
            .endContainer()
            .endSpec()
            .build();

    @Test
    void mainContainersStopAtOnce() {
        assertThat(StopOrder.before(pod, "main")).isEmpty();
        assertThat(StopOrder.before(pod, "init")).isEmpty();
    }

    @Test
    void sidecarsStopAfterThemInReverse() {
        assertThat(StopOrder.before(pod, "second")).containsExactly("main");
        assertThat(StopOrder.before(pod, "first")).containsExactlyInAnyOrder("main", "second");
    }
}

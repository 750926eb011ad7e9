package io.lembos.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.kubelet.eviction.EvictionSettings;
import io.lembos.kubelet.eviction.Signal;
import io.lembos.kubelet.eviction.Threshold;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeResourcesTest {
    private static final MachineFacts MACHINE =
            new MachineFacts(4, 8L << 30, 100L << 30, "6.1", "Linux", "amd64", "id", "boot", Map.of("2Mi", 512L));

    @Test
    void whatIsReservedAndWhatEvictionKeepsFreeIsNotForPods() {
        NodeResources resources = NodeResources.of(
                MACHINE, Map.of("cpu", new Quantity("500m"), "memory", new Quantity("1Gi")), EvictionSettings.DEFAULT);

        assertThat(resources.capacity())
                .containsEntry("cpu", new Quantity("4"))
                .containsEntry("memory", new Quantity("8388608Ki"))
                .containsEntry("hugepages-2Mi", new Quantity("1Gi"))
                .containsEntry("pods", new Quantity("110"));
        assertThat(resources.allocatable()).containsEntry("cpu", new Quantity("3500m"));
        // 8 GiB without 1 GiB of huge pages, 1 GiB that is reserved and 100 MiB.
        assertThat(resources.allocatable()).containsEntry("memory", new Quantity("6189056Ki"));
        assertThat(resources.allocatable()).containsEntry("ephemeral-storage", new Quantity("96636764160"));
        assertThat(resources.allocatable()).containsEntry("pods", new Quantity("110"));
        assertThat(resources.allocatable()).containsEntry("hugepages-2Mi", new Quantity("1Gi"));
    }

    @Test
    void wholeMachineIsForPodsWhereNothingIsReserved() {
        assertThat(NodeResources.of(MACHINE, Map.of(), EvictionSettings.DEFAULT).allocatable())
                .containsEntry("cpu", new Quantity("4"));
    }

    @Test
    void whoeverEvictsEarlierHasLessForPods() {
        EvictionSettings early = new EvictionSettings(
                List.of(Threshold.hard(Signal.MEMORY_AVAILABLE, "50%")), Duration.ZERO, Duration.ZERO);

        Map<String, Quantity> allocatable =
                NodeResources.of(MACHINE, Map.of(), early).allocatable();
        assertThat(allocatable).containsEntry("memory", new Quantity("3145728Ki"));
        assertThat(allocatable).containsEntry("ephemeral-storage", new Quantity("107374182400"));
    }
}

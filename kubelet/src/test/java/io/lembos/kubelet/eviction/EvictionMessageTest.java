package io.lembos.kubelet.eviction;

import static io.lembos.kubelet.eviction.TestPods.pod;
import static io.lembos.kubelet.eviction.TestPods.using;
import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.kubelet.eviction.PodConsumption.Disk;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvictionMessageTest {
    private static final EvictionMessage MESSAGE = new EvictionMessage(
            List.of(
                    Threshold.hard(Signal.MEMORY_AVAILABLE, "100Mi"),
                    Threshold.hard(Signal.NODE_DISK_AVAILABLE, "10%")),
            Map.of(
                    Signal.MEMORY_AVAILABLE, new Observation(50L << 20, 1L << 30),
                    Signal.NODE_DISK_AVAILABLE, new Observation(3L << 30, 100L << 30)));

    @Test
    void containerThatUsesMoreThanItAskedForIsNamed() {
        var used = using(64L << 20, 1, Disk.NOTHING, Disk.NOTHING, Map.of());

        assertThat(MESSAGE.of(pod("p", 0, "{'requests':{'memory':'16Mi'}}", ""), Optional.of(used), Starved.MEMORY))
                .isEqualTo("The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. "
                        + "Container main was using 64Mi, request is 16Mi, has larger consumption of memory. ");
        assertThat(MESSAGE.of(pod("p", 0, "{'requests':{'memory':'64Mi'}}", ""), Optional.of(used), Starved.MEMORY))
                .endsWith("available: 50Mi. ");
    }

    @Test
    void ofDisksFilesAndLogsOfAContainerCount() {
        var used = using(0, 1, new Disk(1 << 20, 1), new Disk(2 << 20, 1), Map.of("v", new Disk(9 << 20, 1)));

        assertThat(MESSAGE.of(pod("p", 0, "{}", ""), Optional.of(used), Starved.STORAGE))
                .isEqualTo("The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi, available: 3Gi. "
                        + "Container main was using 3Mi, request is 0, has larger consumption of ephemeral-storage. ");
    }

    @Test
    void podOfWhichNothingIsKnownIsNotBlamed() {
        assertThat(MESSAGE.of(pod("p", 0, "{}", ""), Optional.empty(), Starved.PIDS))
                .isEqualTo("The node was low on resource: pids. ");
    }

    @Test
    void shortageNamesSignalAndThreshold() {
        assertThat(EvictionMessage.shortage(
                        Threshold.hard(Signal.IMAGE_DISK_AVAILABLE, "15%"), new Observation(3L << 30, 100L << 30)))
                .isEqualTo("imagefs.available is 3Gi of 100Gi, less than 15%");
    }
}

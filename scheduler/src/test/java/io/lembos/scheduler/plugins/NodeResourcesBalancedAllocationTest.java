package io.lembos.scheduler.plugins;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.on;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.scheduler.cache.Snapshot;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeResourcesBalancedAllocationTest {
    private static final NodeResourcesBalancedAllocation BALANCED = new NodeResourcesBalancedAllocation();

    @ParameterizedTest
    @CsvSource({
        "'', '', 100m, 500Mi, 74",
        "2000m, 10000Mi, 100m, 500Mi, 74",
        "3600m, 2000Mi, 100m, 500Mi, 74",
        "'', '', 3000m, 500Mi, 56",
        "1000m, 24Gi, 2000m, 1Gi, 86",
        // more than there is counts as all there is
        "'', '', 8, 32Gi, 75",
    })
    void scoresWhatThePodDoesForTheBalance(String usedCpu, String usedMemory, String cpu, String memory, long score) {
        var node = node("n", "4", "32Gi");
        Snapshot cluster =
                usedCpu.isEmpty() ? One.cluster(node) : One.cluster(node, on(pod("used", usedCpu, usedMemory), "n"));
        assertThat(One.score(BALANCED, pod("p", cpu, memory), cluster)).isEqualTo(score);
    }

    @Test
    void takesTheStandardDeviationOfMoreThanTwoResources() {
        var node = node("n", "4", "32Gi");
        node.getStatus()
                .setAllocatable(Map.of(
                        "cpu", new Quantity("4"),
                        "memory", new Quantity("32Gi"),
                        "ephemeral-storage", new Quantity("10Gi"),
                        "pods", new Quantity("9")));
        var balanced = new NodeResourcesBalancedAllocation(List.of(
                new ResourceWeight("cpu", 1),
                new ResourceWeight("memory", 7),
                new ResourceWeight("ephemeral-storage", 1)));
        // shares 0.75, 0.25 and 0: deviation 0.3118, so (100 - 31.18) against 100
        assertThat(One.score(balanced, pod("p", "3", "8Gi"), One.cluster(node))).isEqualTo(59);
    }

    @Test
    void hasNoOpinionOnPodsThatAskForNothing() {
        assertThat(One.score(BALANCED, pod("p", "", ""), One.cluster(node("n", "4", "32Gi"))))
                .isEqualTo(-1);
        assertThat(One.score(BALANCED, pod("p", "0", "0"), One.cluster(node("n", "4", "32Gi"))))
                .isEqualTo(-1);
    }
}

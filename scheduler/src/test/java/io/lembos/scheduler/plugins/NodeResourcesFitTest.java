package io.lembos.scheduler.plugins;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.on;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.plugins.ScoringStrategy.RequestedToCapacityRatio.ShapePoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeResourcesFitTest {
    private static final NodeResourcesFit FIT = new NodeResourcesFit();

    /** A node of 4 CPU and 32 GiB with one pod on it, and what the next pod gets under three strategies. */
    @ParameterizedTest
    @CsvSource({
        "'', '', 100m, 500Mi, 97, 1",
        "2000m, 10000Mi, 100m, 500Mi, 57, 42",
        "3600m, 2000Mi, 100m, 500Mi, 49, 49",
        "'', '', 3000m, 500Mi, 61, 38",
        "1000m, 24Gi, 2000m, 1Gi, 23, 76",
        "'', '', 4, 32Gi, 0, 100",
        // asks for nothing: counts with 100m and 200 MiB
        "'', '', '', '', 98, 1",
    })
    void scoresByWhatIsLeftOrTaken(
            String usedCpu, String usedMemory, String cpu, String memory, long least, long most) {
        Snapshot cluster = cluster(node("n", "4", "32Gi"), usedCpu, usedMemory);
        Pod pod = pod("p", cpu, memory);
        assertThat(One.score(FIT, pod, cluster)).isEqualTo(least);
        assertThat(One.score(fit(new ScoringStrategy.MostAllocated(List.of())), pod, cluster))
                .isEqualTo(most);
    }

    /** The curve goes from 0 at empty over 10 at 50 % to 2 at full. */
    @ParameterizedTest
    @CsvSource({
        // 27 %: 0 + 100 * 27 / 50
        "1, 100m, 54",
        // 52 %: 100 - 80 * 2 / 50, and divisions drop the fraction
        "2, 100m, 97",
        "3, 100m, 57",
        "4, 4, 20",
    })
    void scoresAlongAShape(String used, String cpu, long score) {
        var shape = List.of(new ShapePoint(0, 0), new ShapePoint(50, 10), new ShapePoint(100, 2));
        NodeResourcesFit fit =
                fit(new ScoringStrategy.RequestedToCapacityRatio(List.of(new ResourceWeight("cpu", 1)), shape));
        assertThat(One.score(fit, pod("p", cpu, "1Gi"), cluster(node("n", "4", "32Gi"), used, "1Gi")))
                .isEqualTo(score);
    }

    @Test
    void resourceThatScoresNothingDoesNotCountOnAShape() {
        NodeResourcesFit fit = fit(new ScoringStrategy.RequestedToCapacityRatio(
                List.of(new ResourceWeight("cpu", 1), new ResourceWeight("memory", 3)),
                List.of(new ShapePoint(10, 0), new ShapePoint(100, 9))));
        // CPU at 50 % scores 40, memory at 3 % nothing
        assertThat(One.score(fit, pod("p", "2", "1Gi"), cluster(node("n", "4", "32Gi"), "", "")))
                .isEqualTo(40);
    }

    @ParameterizedTest
    @CsvSource({
        // gpu 25, cpu 50: weights 3 and 1, in whole numbers
        "1, 68",
        "0, 50",
        "'', 50"
    })
    void scalarResourceCountsOnlyForPodsThatAskForIt(String gpus, long score) {
        Node node = having(node("n", "4", "32Gi"), Map.of("example.com/gpu", "4"));
        NodeResourcesFit fit = fit(new ScoringStrategy.LeastAllocated(
                List.of(new ResourceWeight("cpu", 1), new ResourceWeight("example.com/gpu", 3))));
        Pod pod = gpus.isEmpty() ? pod("p", "2", "1Gi") : asking(pod("p", "2", "1Gi"), "example.com/gpu", gpus);
        assertThat(One.score(fit, pod, One.cluster(node))).isEqualTo(score);
    }

    @Test
    void nodeWithoutAResourceIsScoredByTheOthers() {
        Node node = having(node("n", "4", "32Gi"), Map.of("memory", "0"));
        assertThat(One.score(FIT, pod("p", "1", "0"), One.cluster(node))).isEqualTo(75);
        assertThat(One.score(FIT, pod("p", "1", "0"), One.cluster(having(node, Map.of("cpu", "0")))))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "cpu, 1, fits",
        "cpu, 1001m, Insufficient cpu",
        "cpu, 4001m, Insufficient cpu!",
        "memory, 4Gi, Insufficient memory",
        "memory, 9Gi, Insufficient memory!",
        "ephemeral-storage, 1, Insufficient ephemeral-storage!",
        "example.com/gpu, 2, fits",
        "example.com/gpu, 3, Insufficient example.com/gpu!",
        "example.com/none, 1, Insufficient example.com/none!",
        "example.com/none, 0, fits",
        "hugepages-2Mi, 4Mi, fits",
        "hugepages-2Mi, 6Mi, Insufficient hugepages-2Mi!",
        "hugepages-1Gi, 1Gi, Insufficient hugepages-1Gi!",
        "attachable-volumes-csi-disk, 1, Insufficient attachable-volumes-csi-disk!",
        "nonsense, 100, fits",
    })
    void asksForNoMoreThanIsFree(String resource, String amount, String verdict) {
        Node node = having(node("n", "4", "8Gi"), Map.of("example.com/gpu", "2", "hugepages-2Mi", "4Mi"));
        assertThat(One.verdict(FIT, asking(pod("p", "", ""), resource, amount), cluster(node, "3", "5Gi")))
                .isEqualTo(verdict);
    }

    @Test
    void tellsEverythingThatIsShortInOrder() {
        Node node = having(node("n", "4", "8Gi"), Map.of("pods", "1", "example.com/b", "1"));
        Pod pod = pod("p", "2", "16Gi");
        for (String resource : List.of("example.com/b", "example.com/a", "ephemeral-storage")) {
            pod = asking(pod, resource, "2");
        }
        Snapshot cluster = cluster(node, "3500m", "1Gi");
        assertThat(One.verdict(FIT, pod, cluster))
                .isEqualTo("Too many pods, Insufficient cpu, Insufficient memory, Insufficient ephemeral-storage,"
                        + " Insufficient example.com/a, Insufficient example.com/b!");
        assertThat(One.numbers(FIT, pod, cluster))
                .containsExactly(
                        "pods: 1 of 1",
                        "cpu: asked 2, free 500m of 4",
                        "memory: asked 16Gi, free 7Gi of 8Gi",
                        "ephemeral-storage: asked 2, free 0 of 0",
                        "example.com/a: asked 2, free 0 of 0",
                        "example.com/b: asked 2, free 1 of 1");
    }

    @Test
    void nodeThatIsOvercommittedStillTakesPodsThatAskForNothing() {
        assertThat(One.verdict(FIT, pod("p", "", ""), cluster(node("n", "1", "1Gi"), "2", "2Gi")))
                .isEqualTo("fits");
    }

    @Test
    void ignoredExtendedResourcesAreNotChecked() {
        NodeResourcesFit fit = new NodeResourcesFit(new NodeResourcesFit.Args(
                Set.of("example.com/gpu", "hugepages-2Mi"),
                Set.of("cards.example.com"),
                new ScoringStrategy.LeastAllocated(List.of())));
        Pod gpus = asking(pod("p", "", ""), "example.com/gpu", "1");
        Pod cards = asking(pod("p", "", ""), "cards.example.com/fast", "1");
        Pod pages = asking(pod("p", "", ""), "hugepages-2Mi", "2Mi");
        Snapshot cluster = One.cluster(node("n", "4", "8Gi"));
        assertThat(One.verdict(fit, gpus, cluster)).isEqualTo("fits");
        assertThat(One.verdict(fit, cards, cluster)).isEqualTo("fits");
        assertThat(One.verdict(fit, pages, cluster)).isEqualTo("Insufficient hugepages-2Mi!");
    }

    private static NodeResourcesFit fit(ScoringStrategy strategy) {
        return new NodeResourcesFit(new NodeResourcesFit.Args(Set.of(), Set.of(), strategy));
    }

    private static Snapshot cluster(Node node, String cpu, String memory) {
        return cpu.isEmpty() ? One.cluster(node) : One.cluster(node, on(pod("used", cpu, memory), "n"));
    }

    private static Node having(Node node, Map<String, String> more) {
        Map<String, Quantity> all = new HashMap<>(node.getStatus().getAllocatable());
        more.forEach((name, amount) -> all.put(name, new Quantity(amount)));
        node.getStatus().setAllocatable(all);
        return node;
    }

    private static Pod asking(Pod pod, String resource, String amount) {
        return new PodBuilder(pod)
                .editSpec()
                .editFirstContainer()
                .editOrNewResources()
                .addToRequests(resource, new Quantity(amount))
                .endResources()
                .endContainer()
                .endSpec()
                .build();
    }
}

package io.lembos.scheduler.plugins;

import static io.lembos.scheduler.Samples.info;
import static io.lembos.scheduler.Samples.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.scheduler.cycle.Evaluation;
import io.lembos.scheduler.cycle.Profile;
import org.junit.jupiter.api.Test;

class DefaultPluginsTest {
    private static final Profile PROFILE = DefaultPlugins.profile("default-scheduler");

    @Test
    void orderAndWeightsAreKubernetes() {
        assertThat(PROFILE.filters())
                .extracting(f -> f.name())
                .containsSubsequence(
                        "NodeUnschedulable",
                        "NodeName",
                        "TaintToleration",
                        "NodeAffinity",
                        "NodePorts",
                        "NodeResourcesFit",
                        "VolumeRestrictions",
                        "NodeVolumeLimits",
                        "VolumeBinding",
                        "VolumeZone",
                        "PodTopologySpread");
        assertThat(PROFILE.scores())
                .extracting(s -> s.plugin().name() + " " + s.weight())
                .containsSubsequence(
                        "TaintToleration 3",
                        "NodeAffinity 2",
                        "NodeResourcesFit 1",
                        "NodeResourcesBalancedAllocation 1",
                        "ImageLocality 1");
    }

    @Test
    void totalIsTheWeightedSum() {
        Evaluation evaluation = Evaluation.of(PROFILE, info("p", "100m", "500Mi"), One.cluster(node("n", "4", "32Gi")));
        Evaluation.Feasible node = evaluation.feasible().getFirst();
        assertThat(node.scores())
                .extracting(s -> s.plugin() + " " + s.normalised())
                .contains(
                        "TaintToleration 100",
                        "NodeAffinity 0",
                        "NodeResourcesFit 97",
                        "NodeResourcesBalancedAllocation 74",
                        "ImageLocality 0");
        assertThat(node.total()).isEqualTo(471);
    }
}

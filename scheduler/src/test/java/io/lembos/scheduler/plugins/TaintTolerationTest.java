package io.lembos.scheduler.plugins;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaintTolerationTest {
    private static final TaintToleration TAINTS = new TaintToleration();
    private static final String UNTOLERATED = "node(s) had untolerated taint(s)!";

    /** A toleration's key, operator, value and effect against the taint {@code gpu=yes} of an effect. */
    @ParameterizedTest
    @CsvSource({
        "NoSchedule, gpu, Equal, yes, NoSchedule, true",
        "NoSchedule, gpu, '', yes, '', true",
        "NoSchedule, gpu, , yes, , true",
        "NoSchedule, gpu, Exists, , , true",
        "NoSchedule, '', Exists, , , true",
        "NoSchedule, '', Equal, yes, , true",
        "NoSchedule, gpu, Equal, no, , false",
        "NoSchedule, gpu, Lt, yes, , false",
        "NoSchedule, other, Exists, , , false",
        "NoSchedule, gpu, Exists, , NoExecute, false",
        "NoExecute, gpu, Exists, , NoSchedule, false",
        "NoExecute, gpu, Exists, , NoExecute, true",
        "PreferNoSchedule, other, Exists, , , true",
    })
    void nodeIsForbiddenUnlessItsTaintIsTolerated(
            String taint, String key, String operator, String value, String effect, boolean fits) {
        Pod pod = tolerating(new Toleration(effect, key, operator, null, value));
        assertThat(One.verdict(TAINTS, pod, One.cluster(tainted(new Taint(taint, "gpu", null, "yes")))))
                .isEqualTo(fits ? "fits" : UNTOLERATED);
    }

    @Test
    void everyTaintMustBeTolerated() {
        Node node = tainted(new Taint("NoSchedule", "gpu", null, "yes"), new Taint("NoExecute", "spot", null, null));
        Pod pod = tolerating(new Toleration("", "gpu", "Exists", null, null));
        assertThat(One.verdict(TAINTS, pod, One.cluster(node))).isEqualTo(UNTOLERATED);
        assertThat(One.numbers(TAINTS, pod, One.cluster(node))).containsExactly("taint: spot:NoExecute");
        assertThat(One.numbers(TAINTS, pod("p", "", ""), One.cluster(node)))
                .containsExactly("taint: gpu=yes:NoSchedule");
    }

    /** Tolerations of other effects do not help here, although they might seem to. */
    @ParameterizedTest
    @CsvSource({"'', 1", "PreferNoSchedule, 1", "NoSchedule, 2"})
    void scoreCountsTaintsThatDeter(String effect, long score) {
        Node node = tainted(
                new Taint("PreferNoSchedule", "gpu", null, "yes"),
                new Taint("PreferNoSchedule", "old", null, "yes"),
                new Taint("NoSchedule", "third", null, "yes"));
        Pod pod = tolerating(new Toleration(effect, "gpu", "Exists", null, null));
        assertThat(One.score(TAINTS, pod, One.cluster(node))).isEqualTo(score);
    }

    @Test
    void fewestTaintsAreBest() {
        long[] scores = {0, 1, 3};
        TAINTS.normalisation().apply(scores);
        assertThat(scores).containsExactly(100, 67, 0);
        long[] none = {0, 0};
        TAINTS.normalisation().apply(none);
        assertThat(none).containsExactly(100, 100);
    }

    /** Being cordoned is a taint that only tolerations of its key, or of everything, lift. */
    @ParameterizedTest
    @CsvSource({
        "node.kubernetes.io/unschedulable, NoSchedule, true",
        "node.kubernetes.io/unschedulable, '', true",
        "'', '', true",
        "node.kubernetes.io/unschedulable, NoExecute, false",
        "gpu, '', false"
    })
    void cordonedNodeTakesPodsThatTolerateIt(String key, String effect, boolean fits) {
        Node node = new NodeBuilder(node("n", "4", "8Gi"))
                .editSpec()
                .withUnschedulable(true)
                .endSpec()
                .build();
        Pod pod = tolerating(new Toleration(effect, key, "Exists", null, null));
        assertThat(One.verdict(new NodeUnschedulable(), pod, One.cluster(node)))
                .isEqualTo(fits ? "fits" : "node(s) were unschedulable!");
        assertThat(One.verdict(new NodeUnschedulable(), pod, One.cluster(node("n", "4", "8Gi"))))
                .isEqualTo("fits");
    }

    private static Node tainted(Taint... taints) {
        return new NodeBuilder(node("n", "4", "8Gi"))
                .editSpec()
                .withTaints(taints)
                .endSpec()
                .build();
    }

    private static Pod tolerating(Toleration toleration) {
        return new PodBuilder(pod("p", "", ""))
                .editSpec()
                .withTolerations(List.of(toleration))
                .endSpec()
                .build();
    }
}

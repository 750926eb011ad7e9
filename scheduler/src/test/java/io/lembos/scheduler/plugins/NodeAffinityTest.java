package io.lembos.scheduler.plugins;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.on;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAffinityBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PreferredSchedulingTerm;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cycle.Evaluation;
import io.lembos.scheduler.cycle.Profile;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeAffinityTest {
    private static final NodeAffinity AFFINITY = new NodeAffinity();
    private static final String MISMATCH = "node(s) didn't match Pod's node affinity/selector!";

    /** One condition against a node with {@code zone: a}, {@code cores: 8} and {@code disk: fast}. */
    @ParameterizedTest
    @CsvSource({
        "zone, In, a b, true",
        "zone, In, b, false",
        "zone, In, '', false",
        "zone, NotIn, b, true",
        "zone, NotIn, a, false",
        "rack, NotIn, a, true",
        "rack, NotIn, not/a/label, false",
        "zone, Exists, '', true",
        "rack, Exists, '', false",
        "zone, DoesNotExist, '', false",
        "rack, DoesNotExist, '', true",
        "cores, Gt, 7, true",
        "cores, Gt, 8, false",
        "cores, Gt, -1, false",
        "cores, Lt, 9, true",
        "cores, Lt, 8, false",
        "cores, Lt, many, false",
        "cores, Gt, 1 2, false",
        "disk, Gt, 1, false",
        "rack, Lt, 1, false",
        "zone, Near, a, false",
    })
    void conditionOnALabelHolds(String key, String operator, String values, boolean fits) {
        assertThat(One.verdict(AFFINITY, requiring(term(condition(key, operator, values))), One.cluster(labelled())))
                .isEqualTo(fits ? "fits" : MISMATCH);
    }

    @Test
    void allConditionsOfAnyTermMustHold() {
        NodeSelectorRequirement holds = condition("zone", "In", "a");
        NodeSelectorRequirement fails = condition("disk", "In", "slow");
        var cluster = One.cluster(labelled());
        assertThat(One.verdict(AFFINITY, requiring(term(holds, fails)), cluster))
                .isEqualTo(MISMATCH);
        assertThat(One.verdict(AFFINITY, requiring(term(fails), term(holds)), cluster))
                .isEqualTo("fits");
    }

    @Test
    void termWithoutConditionsMatchesNothing() {
        var cluster = One.cluster(labelled());
        assertThat(One.verdict(AFFINITY, requiring(term()), cluster)).isEqualTo(MISMATCH);
        assertThat(One.verdict(AFFINITY, requiring(), cluster)).isEqualTo(MISMATCH);
        assertThat(One.verdict(AFFINITY, requiring(term(), term(condition("zone", "In", "a"))), cluster))
                .isEqualTo("fits");
    }

    @Test
    void nodeSelectorMustMatchBesideTheAffinity() {
        Pod pod = requiring(term(condition("zone", "In", "a")));
        pod.getSpec().setNodeSelector(java.util.Map.of("disk", "slow"));
        assertThat(One.verdict(AFFINITY, pod, One.cluster(labelled()))).isEqualTo(MISMATCH);
        assertThat(One.numbers(AFFINITY, pod, One.cluster(labelled())))
                .containsExactly("node selector: disk In [slow], is fast");
    }

    @Test
    void tellsWhichConditionsDoNotHold() {
        Pod pod = requiring(
                term(condition("zone", "In", "c b"), condition("rack", "Exists", "")),
                term(condition("cores", "Gt", "16")),
                field("NotIn", "n"));
        assertThat(One.numbers(AFFINITY, pod, One.cluster(labelled())))
                .containsExactly("node affinity: zone In [b c], is a and rack Exists, is absent;"
                        + " or cores Gt [16], is 8; or metadata.name NotIn [n], is n");
    }

    @Test
    void fieldNamesTheOnlyNodesThatAreLookedAt() {
        assertThat(message(requiring(field("In", "b"))))
                .isEqualTo("0/2 nodes are available: 2 node(s) didn't satisfy plugin(s) [NodeAffinity].");
        assertThat(message(requiring(field("In", "n"), field("In", "b")))).isEqualTo("n");
        assertThat(message(requiring(field("NotIn", "n")))).isEqualTo("other");
        NodeSelectorTerm torn = field("In", "n");
        torn.setMatchFields(List.of(torn.getMatchFields().getFirst(), condition("metadata.name", "In", "other")));
        assertThat(message(requiring(torn))).isEqualTo("0/2 nodes are available: pod affinity terms conflict.");
        // a term that names nobody opens all nodes again, although this one matches none
        assertThat(message(requiring(field("In", "b"), term())))
                .isEqualTo("0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.");
    }

    @Test
    void scoreIsTheSumOfPreferredTermsThatMatch() {
        Pod pod = preferring(
                new PreferredSchedulingTerm(term(condition("zone", "In", "a")), 20),
                new PreferredSchedulingTerm(term(condition("zone", "In", "b")), 40),
                new PreferredSchedulingTerm(term(condition("cores", "Lt", "many")), 50),
                new PreferredSchedulingTerm(term(), 60),
                new PreferredSchedulingTerm(field("In", "n"), 3));
        assertThat(One.score(AFFINITY, pod, One.cluster(labelled()))).isEqualTo(23);
        assertThat(One.score(AFFINITY, pod("p", "", ""), One.cluster(labelled())))
                .isEqualTo(-1);
        long[] scores = {0, 20, 60};
        AFFINITY.normalisation().apply(scores);
        assertThat(scores).containsExactly(0, 33, 100);
    }

    @Test
    void addedAffinityHoldsForAllPods() {
        NodeAffinity added = new NodeAffinity(new NodeAffinityBuilder()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .withNodeSelectorTerms(term(condition("zone", "In", "a b")))
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .addNewPreferredDuringSchedulingIgnoredDuringExecution()
                .withWeight(5)
                .withPreference(term(condition("cores", "Gt", "4")))
                .endPreferredDuringSchedulingIgnoredDuringExecution()
                .build());
        Pod pod = preferring(new PreferredSchedulingTerm(term(condition("zone", "In", "a")), 20));
        assertThat(One.verdict(added, pod, One.cluster(labelled()))).isEqualTo("fits");
        assertThat(One.score(added, pod, One.cluster(labelled()))).isEqualTo(25);
        assertThat(One.score(added, pod("p", "", ""), One.cluster(labelled()))).isEqualTo(5);
        assertThat(One.verdict(added, pod, One.cluster(node("n", "4", "8Gi"))))
                .isEqualTo("node(s) didn't match scheduler-enforced node affinity!");
        assertThat(One.numbers(added, pod, One.cluster(node("n", "4", "8Gi"))))
                .containsExactly("node affinity: zone In [a b], is absent");
    }

    @Test
    void podThatNamesItsNodeGetsNoOther() {
        NodeName name = new NodeName();
        assertThat(One.verdict(name, on(pod("p", "", ""), "n"), One.cluster(labelled())))
                .isEqualTo("fits");
        assertThat(One.verdict(name, on(pod("p", "", ""), "m"), One.cluster(labelled())))
                .isEqualTo("node(s) didn't match the requested node name!");
        assertThat(One.numbers(name, on(pod("p", "", ""), "m"), One.cluster(labelled())))
                .containsExactly("node: asked m, this is n");
    }

    /** On nodes n and other: where the pod may go, or why it may go nowhere. */
    private static String message(Pod pod) {
        SchedulerCache cache = new SchedulerCache();
        cache.putNode(labelled());
        cache.putNode(node("other", "4", "8Gi"));
        Evaluation evaluation = Evaluation.of(
                new Profile("default-scheduler", List.of(AFFINITY), List.of()), PodInfo.of(pod), cache.snapshot());
        return evaluation.feasible().isEmpty()
                ? evaluation.diagnosis().message()
                : evaluation.feasible().getFirst().node().name();
    }

    private static Node labelled() {
        return new NodeBuilder(node("n", "4", "8Gi"))
                .editMetadata()
                .addToLabels("zone", "a")
                .addToLabels("cores", "8")
                .addToLabels("disk", "fast")
                .endMetadata()
                .build();
    }

    private static NodeSelectorRequirement condition(String key, String operator, String values) {
        List<String> all = values.isEmpty() ? List.of() : Arrays.asList(values.split(" "));
        return new NodeSelectorRequirement(key, operator, all);
    }

    private static NodeSelectorTerm term(NodeSelectorRequirement... conditions) {
        return new NodeSelectorTerm(List.of(conditions), List.of());
    }

    private static NodeSelectorTerm field(String operator, String name) {
        return new NodeSelectorTerm(List.of(), List.of(condition("metadata.name", operator, name)));
    }

    private static Pod requiring(NodeSelectorTerm... terms) {
        return new PodBuilder(pod("p", "", ""))
                .editSpec()
                .withNewAffinity()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .withNodeSelectorTerms(terms)
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .endAffinity()
                .endSpec()
                .build();
    }

    private static Pod preferring(PreferredSchedulingTerm... terms) {
        return new PodBuilder(pod("p", "", ""))
                .editSpec()
                .withNewAffinity()
                .withNewNodeAffinity()
                .withPreferredDuringSchedulingIgnoredDuringExecution(terms)
                .endNodeAffinity()
                .endAffinity()
                .endSpec()
                .build();
    }
}

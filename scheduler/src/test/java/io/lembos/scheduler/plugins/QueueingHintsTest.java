package io.lembos.scheduler.plugins;

import static io.lembos.scheduler.Samples.pod;
import static io.lembos.scheduler.framework.QueueingHint.Answer.QUEUE;
import static io.lembos.scheduler.framework.QueueingHint.Answer.SKIP;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.scheduler.Samples;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.framework.ClusterChange;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.NodeChange;
import io.lembos.scheduler.framework.PodChange;
import io.lembos.scheduler.framework.QueueingHint.Answer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which changes wake a pod, by the plugin that has rejected it. */
class QueueingHintsTest {
    private static final Node NODE = Samples.node("n", "4", "8Gi");
    private static final Pod TWO = pod("p", "2", "2Gi");
    private static final Pod NONE = pod("p", "", "");

    static Stream<Arguments> fit() {
        List<HintedEvent> fit = new NodeResourcesFit().events();
        Pod one = pod("other", "1", "1Gi");
        return Stream.of(
                row(fit, TWO, "a node with room", added(NODE), QUEUE),
                row(fit, pod("p", "5", "1Gi"), "a node too small", added(NODE), SKIP),
                row(fit, TWO, "cpu grew", node(n -> allocatable(n, "cpu", "6")), QUEUE),
                row(fit, TWO, "cpu shrank", node(n -> allocatable(n, "cpu", "3")), SKIP),
                row(fit, pod("p", "9", "1Gi"), "cpu grew, not enough", node(n -> allocatable(n, "cpu", "6")), SKIP),
                row(fit, TWO, "a resource not asked for grew", node(n -> allocatable(n, "gpu", "1")), SKIP),
                row(fit, NONE, "cpu grew, not asked for", node(n -> allocatable(n, "cpu", "6")), SKIP),
                row(fit, NONE, "more pods allowed", node(n -> allocatable(n, "pods", "200")), QUEUE),
                row(fit, TWO, "a label", node(n -> label(n, "zone", "a")), SKIP),
                row(fit, TWO, "a pod gone", PodChange.removed(one), QUEUE),
                row(fit, TWO, "a pod came", PodChange.added(one), SKIP),
                row(fit, TWO, "a pod asks less", scaled(one, "500m", "1Gi"), QUEUE),
                row(fit, pod("p", "0", "1Gi"), "a pod asks less of other things", scaled(one, "500m", "1Gi"), SKIP),
                row(
                        fit,
                        TWO,
                        "itself asks less",
                        own(EventAction.UPDATE_POD_SCALE_DOWN, TWO, pod("p", "1", "1Gi")),
                        QUEUE),
                row(
                        fit,
                        TWO,
                        "another that waits asks less",
                        own(EventAction.UPDATE_POD_SCALE_DOWN, pod("other", "2", "1Gi"), one),
                        SKIP));
    }

    static Stream<Arguments> nodeAffinity() {
        List<HintedEvent> affinity = new NodeAffinity().events();
        Pod inA = spec(NONE, Map.of("zone", "a"));
        Pod named = new PodBuilder(NONE)
                .editSpec()
                .withNewAffinity()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .addNewNodeSelectorTerm()
                .addNewMatchField()
                .withKey("metadata.name")
                .withOperator("In")
                .withValues("m")
                .endMatchField()
                .endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .endAffinity()
                .endSpec()
                .build();
        return Stream.of(
                row(
                        affinity,
                        inA,
                        "a node in a",
                        added(label(new NodeBuilder(NODE), "zone", "a").build()),
                        QUEUE),
                row(affinity, inA, "a node elsewhere", added(NODE), SKIP),
                row(affinity, inA, "label matches now", node(n -> label(n, "zone", "a")), QUEUE),
                row(affinity, inA, "another label", node(n -> label(n, "rack", "a")), SKIP),
                row(
                        affinity,
                        inA,
                        "matched before",
                        changed(label(new NodeBuilder(NODE), "zone", "a").build(), n -> label(n, "rack", "1")),
                        SKIP),
                row(affinity, inA, "a taint", node(n -> taint(n, "gpu")), SKIP),
                row(affinity, named, "a node of that name", added(Samples.node("m", "4", "8Gi")), QUEUE),
                row(affinity, named, "a node of another name", added(NODE), SKIP),
                row(affinity, inA, "a pod gone", PodChange.removed(TWO), SKIP));
    }

    static Stream<Arguments> taints() {
        List<HintedEvent> taints = new TaintToleration().events();
        Node tainted = taint(new NodeBuilder(NODE), "gpu").build();
        Pod tolerant = tolerating(NONE, "gpu");
        return Stream.of(
                row(taints, NONE, "a node", added(NODE), QUEUE),
                row(taints, NONE, "a tainted node", added(tainted), SKIP),
                row(taints, tolerant, "a node with the taint it tolerates", added(tainted), QUEUE),
                row(
                        taints,
                        NONE,
                        "taint removed",
                        changed(tainted, n -> n.editSpec().withTaints().endSpec()),
                        QUEUE),
                row(
                        taints,
                        NONE,
                        "taint replaced",
                        changed(tainted, n -> taint(n.editSpec().withTaints().endSpec(), "other")),
                        SKIP),
                row(taints, NONE, "taint added", node(n -> taint(n, "gpu")), SKIP),
                row(taints, NONE, "more cpu", node(n -> allocatable(n, "cpu", "9")), SKIP),
                row(
                        taints,
                        NONE,
                        "itself tolerates more",
                        own(EventAction.UPDATE_POD_TOLERATION, NONE, tolerant),
                        QUEUE),
                row(
                        taints,
                        NONE,
                        "another tolerates more",
                        own(
                                EventAction.UPDATE_POD_TOLERATION,
                                pod("other", "", ""),
                                tolerating(pod("other", "", ""), "gpu")),
                        SKIP),
                row(taints, NONE, "a pod gone", PodChange.removed(TWO), SKIP));
    }

    static Stream<Arguments> cordons() {
        List<HintedEvent> cordons = new NodeUnschedulable().events();
        Node cordoned = new NodeBuilder(NODE)
                .editSpec()
                .withUnschedulable(true)
                .endSpec()
                .build();
        return Stream.of(
                row(cordons, NONE, "a node", added(NODE), QUEUE),
                row(cordons, NONE, "a cordoned node", added(cordoned), SKIP),
                row(
                        cordons,
                        NONE,
                        "uncordoned",
                        changed(
                                cordoned,
                                n -> n.editSpec().withUnschedulable(false).endSpec()),
                        QUEUE),
                row(cordons, NONE, "tainted", changed(cordoned, n -> taint(n, "gpu")), SKIP),
                row(
                        cordons,
                        NONE,
                        "itself tolerates cordons",
                        own(
                                EventAction.UPDATE_POD_TOLERATION,
                                NONE,
                                tolerating(NONE, "node.kubernetes.io/unschedulable")),
                        QUEUE),
                row(
                        cordons,
                        NONE,
                        "itself tolerates something else",
                        own(EventAction.UPDATE_POD_TOLERATION, NONE, tolerating(NONE, "gpu")),
                        SKIP),
                row(cordons, NONE, "a pod gone", PodChange.removed(TWO), SKIP));
    }

    static Stream<Arguments> names() {
        List<HintedEvent> names = new NodeName().events();
        Pod named = Samples.on(NONE, "n");
        return Stream.of(
                row(names, named, "the node", added(NODE), QUEUE),
                row(names, named, "another node", added(Samples.node("m", "1", "1Gi")), SKIP),
                row(names, named, "a label", node(n -> label(n, "zone", "a")), SKIP));
    }

    static Stream<Arguments> ports() {
        List<HintedEvent> ports = NodePortsHints.events();
        Pod wants = port("p", 80);
        return Stream.of(
                row(ports, wants, "one with the port gone", PodChange.removed(port("other", 80)), QUEUE),
                row(ports, wants, "one with another port gone", PodChange.removed(port("other", 81)), SKIP),
                row(ports, wants, "one without ports gone", PodChange.removed(TWO), SKIP),
                row(ports, wants, "one with the port came", PodChange.added(port("other", 80)), SKIP),
                row(ports, wants, "a node", added(NODE), QUEUE),
                row(ports, wants, "more cpu", node(n -> allocatable(n, "cpu", "9")), SKIP));
    }

    static Stream<Arguments> spread() {
        List<HintedEvent> spread = PodTopologySpreadHints.events();
        Pod web = spreading(labelled("p", "app", "web"));
        Pod other = labelled("other", "app", "web");
        Pod foreign = new PodBuilder(other)
                .editMetadata()
                .withNamespace("far")
                .endMetadata()
                .build();
        Pod leaving = new PodBuilder(other)
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .build();
        Node zoned = label(new NodeBuilder(NODE), "zone", "a").build();
        return Stream.of(
                row(spread, web, "one of its kind came", PodChange.added(other), QUEUE),
                row(spread, web, "one of its kind gone", PodChange.removed(other), QUEUE),
                row(
                        spread,
                        web,
                        "one of its kind is leaving",
                        updated(EventAction.UPDATE_POD_TERMINATING, other, leaving),
                        QUEUE),
                row(spread, web, "one that was leaving is gone", PodChange.removed(leaving), SKIP),
                row(spread, web, "another kind gone", PodChange.removed(labelled("db", "app", "db")), SKIP),
                row(spread, web, "another namespace", PodChange.removed(foreign), SKIP),
                row(
                        spread,
                        web,
                        "one became its kind",
                        updated(EventAction.UPDATE_POD_LABEL, labelled("other", "app", "db"), other),
                        QUEUE),
                row(
                        spread,
                        web,
                        "another label",
                        updated(
                                EventAction.UPDATE_POD_LABEL,
                                labelled("other", "app", "db"),
                                labelled("other", "app", "x")),
                        SKIP),
                row(
                        spread,
                        web,
                        "its own label",
                        own(EventAction.UPDATE_POD_LABEL, web, spreading(labelled("p", "app", "db"))),
                        QUEUE),
                row(spread, web, "a node in a zone", added(zoned), QUEUE),
                row(spread, web, "a node without", added(NODE), SKIP),
                row(spread, web, "a zone gone", gone(zoned), QUEUE),
                row(spread, web, "a node without gone", gone(NODE), SKIP),
                row(spread, web, "another zone", changed(zoned, n -> label(n, "zone", "b")), QUEUE),
                row(spread, web, "the zone appears", node(n -> label(n, "zone", "b")), QUEUE),
                row(spread, web, "another label of a node", changed(zoned, n -> label(n, "rack", "1")), SKIP),
                row(
                        spread,
                        spec(web, Map.of("rack", "1")),
                        "a label it selects nodes by",
                        changed(zoned, n -> label(n, "rack", "1")),
                        QUEUE),
                row(spread, web, "a taint", changed(zoned, n -> taint(n, "gpu")), QUEUE),
                row(spread, NONE, "spread by default, any pod of the namespace", PodChange.removed(TWO), QUEUE),
                row(spread, NONE, "spread by default, any node", added(NODE), QUEUE));
    }

    static Stream<Arguments> interPod() {
        List<HintedEvent> company = InterPodAffinityHints.events();
        Pod wants = affine(NONE, "web");
        Pod avoids = averse(NONE, "web");
        Pod web = labelled("other", "app", "web");
        Pod db = labelled("other", "app", "db");
        Pod self = affine(labelled("p", "app", "web"), "web");
        return Stream.of(
                row(company, wants, "wanted pod came", PodChange.added(web), QUEUE),
                row(company, wants, "other pod came", PodChange.added(db), SKIP),
                row(company, wants, "wanted pod gone", PodChange.removed(web), SKIP),
                row(company, self, "last of its own kind gone", PodChange.removed(web), QUEUE),
                row(company, wants, "pod became a wanted one", updated(EventAction.UPDATE_POD_LABEL, db, web), QUEUE),
                row(company, wants, "pod became an unwanted one", updated(EventAction.UPDATE_POD_LABEL, web, db), SKIP),
                row(company, avoids, "hated pod gone", PodChange.removed(web), QUEUE),
                row(company, avoids, "other pod gone", PodChange.removed(db), SKIP),
                row(company, avoids, "hated pod became another", updated(EventAction.UPDATE_POD_LABEL, web, db), QUEUE),
                row(
                        company,
                        labelled("p", "app", "web"),
                        "pod that hated it gone",
                        PodChange.removed(averse(db, "web")),
                        QUEUE),
                row(
                        company,
                        labelled("p", "app", "db"),
                        "pod that hated others gone",
                        PodChange.removed(averse(db, "web")),
                        SKIP),
                row(company, wants, "its own label", own(EventAction.UPDATE_POD_LABEL, NONE, wants), QUEUE),
                row(
                        company,
                        wants,
                        "a node in a zone",
                        added(label(new NodeBuilder(NODE), "zone", "a").build()),
                        QUEUE),
                row(company, wants, "a node without", added(NODE), SKIP),
                row(company, avoids, "a node without, for who hates", added(NODE), QUEUE),
                row(company, wants, "the zone appears", node(n -> label(n, "zone", "a")), QUEUE),
                row(company, wants, "a taint", node(n -> taint(n, "gpu")), SKIP));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"fit", "nodeAffinity", "taints", "cordons", "names", "ports", "spread", "interPod"})
    void hintSays(String what, List<HintedEvent> events, Pod rejected, ClusterChange change, Answer answer) {
        PodInfo pod = PodInfo.of(rejected);
        boolean queue = events.stream()
                .filter(e -> e.event().resource() == change.resource())
                .filter(e -> e.event().actions().stream().anyMatch(change.actions()::contains))
                .anyMatch(e -> e.hint().ask(pod, change) == QUEUE);
        assertThat(Answer.queueIf(queue)).isEqualTo(answer);
    }

    private static Arguments row(List<HintedEvent> events, Pod pod, String what, ClusterChange change, Answer answer) {
        return Arguments.of(what, events, pod, change, answer);
    }

    private static NodeChange added(Node node) {
        return new NodeChange(Set.of(EventAction.ADD), null, NodeInfo.empty(node));
    }

    private static NodeChange gone(Node node) {
        return new NodeChange(Set.of(EventAction.DELETE), NodeInfo.empty(node), null);
    }

    private static NodeChange node(UnaryOperator<NodeBuilder> change) {
        return changed(NODE, change);
    }

    private static NodeChange changed(Node node, UnaryOperator<NodeBuilder> change) {
        NodeInfo before = NodeInfo.empty(node);
        NodeInfo after = NodeInfo.empty(change.apply(new NodeBuilder(node)).build());
        EventAction action = !before.labels().equals(after.labels())
                ? EventAction.UPDATE_NODE_LABEL
                : before.allocatable().equals(after.allocatable()) && before.podsMax() == after.podsMax()
                        ? EventAction.UPDATE_NODE_TAINT
                        : EventAction.UPDATE_NODE_ALLOCATABLE;
        return new NodeChange(Set.of(action), before, after);
    }

    private static PodChange updated(EventAction action, Pod before, Pod after) {
        return PodChange.updated(Set.of(action), before, after);
    }

    private static PodChange scaled(Pod pod, String cpu, String memory) {
        return updated(
                EventAction.UPDATE_POD_SCALE_DOWN, pod, pod(pod.getMetadata().getName(), cpu, memory));
    }

    private static PodChange own(EventAction action, Pod before, Pod after) {
        return PodChange.updatedWaiting(Set.of(action), before, after);
    }

    private static NodeBuilder label(NodeBuilder node, String key, String value) {
        return node.editMetadata().addToLabels(key, value).endMetadata();
    }

    private static NodeBuilder taint(NodeBuilder node, String key) {
        return node.editSpec().addNewTaint("NoSchedule", key, null, "").endSpec();
    }

    private static NodeBuilder allocatable(NodeBuilder node, String resource, String amount) {
        return node.editStatus()
                .addToAllocatable(resource, new Quantity(amount))
                .endStatus();
    }

    private static Pod spec(Pod pod, Map<String, String> nodeSelector) {
        return new PodBuilder(pod)
                .editSpec()
                .withNodeSelector(nodeSelector)
                .endSpec()
                .build();
    }

    private static Pod tolerating(Pod pod, String key) {
        return new PodBuilder(pod)
                .editSpec()
                .addNewToleration()
                .withKey(key)
                .withOperator("Exists")
                .endToleration()
                .endSpec()
                .build();
    }

    private static Pod port(String name, int port) {
        return new PodBuilder(pod(name, "", ""))
                .editSpec()
                .editFirstContainer()
                .addNewPort()
                .withContainerPort(port)
                .withHostPort(port)
                .endPort()
                .endContainer()
                .endSpec()
                .build();
    }

    private static Pod labelled(String name, String key, String value) {
        return new PodBuilder(pod(name, "", ""))
                .editMetadata()
                .addToLabels(key, value)
                .endMetadata()
                .build();
    }

    private static LabelSelector app(String value) {
        return new LabelSelectorBuilder().addToMatchLabels("app", value).build();
    }

    private static Pod spreading(Pod pod) {
        return new PodBuilder(pod)
                .editSpec()
                .addNewTopologySpreadConstraint()
                .withTopologyKey("zone")
                .withWhenUnsatisfiable("DoNotSchedule")
                .withMaxSkew(1)
                .withLabelSelector(app("web"))
                .endTopologySpreadConstraint()
                .endSpec()
                .build();
    }

    private static Pod affine(Pod pod, String value) {
        return new PodBuilder(pod)
                .editSpec()
                .withNewAffinity()
                .withNewPodAffinity()
                .addNewRequiredDuringSchedulingIgnoredDuringExecution()
                .withTopologyKey("zone")
                .withLabelSelector(app(value))
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endPodAffinity()
                .endAffinity()
                .endSpec()
                .build();
    }

    private static Pod averse(Pod pod, String value) {
        return new PodBuilder(pod)
                .editSpec()
                .withNewAffinity()
                .withNewPodAntiAffinity()
                .addNewRequiredDuringSchedulingIgnoredDuringExecution()
                .withTopologyKey("zone")
                .withLabelSelector(app(value))
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endPodAntiAffinity()
                .endAffinity()
                .endSpec()
                .build();
    }
}

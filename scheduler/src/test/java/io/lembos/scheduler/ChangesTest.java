package io.lembos.scheduler;

import static io.lembos.scheduler.Samples.pod;
import static io.lembos.scheduler.framework.EventAction.UPDATE;
import static io.lembos.scheduler.framework.EventAction.UPDATE_NODE_ALLOCATABLE;
import static io.lembos.scheduler.framework.EventAction.UPDATE_NODE_ANNOTATION;
import static io.lembos.scheduler.framework.EventAction.UPDATE_NODE_CONDITION;
import static io.lembos.scheduler.framework.EventAction.UPDATE_NODE_LABEL;
import static io.lembos.scheduler.framework.EventAction.UPDATE_NODE_TAINT;
import static io.lembos.scheduler.framework.EventAction.UPDATE_POD_GENERATED_RESOURCE_CLAIM;
import static io.lembos.scheduler.framework.EventAction.UPDATE_POD_LABEL;
import static io.lembos.scheduler.framework.EventAction.UPDATE_POD_SCALE_DOWN;
import static io.lembos.scheduler.framework.EventAction.UPDATE_POD_SCHEDULING_GATES_ELIMINATED;
import static io.lembos.scheduler.framework.EventAction.UPDATE_POD_TERMINATING;
import static io.lembos.scheduler.framework.EventAction.UPDATE_POD_TOLERATION;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.framework.EventAction;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What updates of pods and nodes mean to scheduling. */
class ChangesTest {
    private static final Pod POD = new PodBuilder(pod("p", "2", "2Gi"))
            .editMetadata()
            .addToLabels("app", "web")
            .endMetadata()
            .editSpec()
            .addNewSchedulingGate("a")
            .addNewSchedulingGate("b")
            .endSpec()
            .withNewStatus()
            .endStatus()
            .build();
    private static final Node NODE = new NodeBuilder(Samples.node("n", "4", "8Gi"))
            .editSpec()
            .addNewTaint("NoSchedule", "gpu", null, "yes")
            .endSpec()
            .editStatus()
            .addNewCondition()
            .withType("Ready")
            .withStatus("True")
            .withLastHeartbeatTime("2026-01-01T00:00:00Z")
            .endCondition()
            .endStatus()
            .build();

    static Stream<Arguments> pods() {
        return Stream.of(
                pods("nothing", p -> p),
                pods("status", p -> p.editStatus().withPhase("Running").endStatus()),
                pods("label", p -> p.editMetadata().addToLabels("app", "db").endMetadata(), UPDATE_POD_LABEL),
                pods(
                        "annotation",
                        p -> p.editMetadata().addToAnnotations("a", "b").endMetadata(),
                        UPDATE),
                pods("priority", p -> p.editSpec().withPriority(5).endSpec(), UPDATE),
                pods(
                        "a gate of two",
                        p -> p.editSpec()
                                .removeMatchingFromSchedulingGates(
                                        g -> g.getName().equals("a"))
                                .endSpec(),
                        UPDATE),
                pods(
                        "all gates",
                        p -> p.editSpec().withSchedulingGates().endSpec(),
                        UPDATE_POD_SCHEDULING_GATES_ELIMINATED),
                pods(
                        "toleration",
                        p -> p.editSpec()
                                .addNewToleration()
                                .withKey("gpu")
                                .endToleration()
                                .endSpec(),
                        UPDATE_POD_TOLERATION),
                pods("less memory", p -> asks(p, "2", "1Gi"), UPDATE_POD_SCALE_DOWN),
                pods("less of one, more of another", p -> asks(p, "1", "4Gi"), UPDATE_POD_SCALE_DOWN),
                pods("more cpu", p -> asks(p, "3", "2Gi"), UPDATE),
                pods(
                        "end asked for",
                        p -> p.editMetadata()
                                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                                .endMetadata(),
                        UPDATE_POD_TERMINATING),
                pods(
                        "claim generated",
                        p -> p.editStatus()
                                .addNewResourceClaimStatus("claim", "gpu")
                                .endStatus(),
                        UPDATE_POD_GENERATED_RESOURCE_CLAIM),
                pods(
                        "label and toleration",
                        p -> p.editMetadata()
                                .removeFromLabels("app")
                                .endMetadata()
                                .editSpec()
                                .addNewToleration()
                                .endToleration()
                                .endSpec(),
                        UPDATE_POD_LABEL,
                        UPDATE_POD_TOLERATION));
    }

    /** The spec asks for less at once; the room is free when the kubelet has done it. */
    @Test
    void resizeFreesItsRoomWhenTheStatusSaysSo() {
        Pod wanted = resized("4");
        Pod done = resized("2");
        assertThat(PodChanges.between(wanted, done)).containsExactly(UPDATE_POD_SCALE_DOWN);
        assertThat(PodChanges.between(done, wanted)).isEmpty();
    }

    private static Pod resized(String cpuInForce) {
        Map<String, Quantity> inForce = Map.of("cpu", new Quantity(cpuInForce), "memory", new Quantity("2Gi"));
        return new PodBuilder(POD)
                .editStatus()
                .addNewContainerStatus()
                .withName("main")
                .withAllocatedResources(inForce)
                .withNewResources()
                .withRequests(inForce)
                .endResources()
                .endContainerStatus()
                .endStatus()
                .build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void pods(String what, Pod after, Set<EventAction> actions) {
        assertThat(PodChanges.between(POD, after)).isEqualTo(actions);
    }

    static Stream<Arguments> nodes() {
        return Stream.of(
                nodes(
                        "heartbeat",
                        n -> n.editStatus()
                                .editFirstCondition()
                                .withLastHeartbeatTime("2026-01-01T00:05:00Z")
                                .endCondition()
                                .endStatus()),
                nodes(
                        "cpu",
                        n -> n.editStatus()
                                .addToAllocatable("cpu", new Quantity("5"))
                                .endStatus(),
                        UPDATE_NODE_ALLOCATABLE),
                nodes(
                        "pods",
                        n -> n.editStatus()
                                .addToAllocatable("pods", new Quantity("5"))
                                .endStatus(),
                        UPDATE_NODE_ALLOCATABLE),
                nodes(
                        "same cpu in other words",
                        n -> n.editStatus()
                                .addToAllocatable("cpu", new Quantity("4000m"))
                                .endStatus()),
                nodes("label", n -> n.editMetadata().addToLabels("zone", "a").endMetadata(), UPDATE_NODE_LABEL),
                nodes("no taints", n -> n.editSpec().withTaints().endSpec(), UPDATE_NODE_TAINT),
                nodes("cordon", n -> n.editSpec().withUnschedulable(true).endSpec(), UPDATE_NODE_TAINT),
                nodes(
                        "condition",
                        n -> n.editStatus()
                                .editFirstCondition()
                                .withStatus("False")
                                .endCondition()
                                .endStatus(),
                        UPDATE_NODE_CONDITION),
                nodes(
                        "annotation",
                        n -> n.editMetadata().addToAnnotations("a", "b").endMetadata(),
                        UPDATE_NODE_ANNOTATION),
                nodes(
                        "label and cordon",
                        n -> n.editMetadata()
                                .addToLabels("zone", "a")
                                .endMetadata()
                                .editSpec()
                                .withUnschedulable(true)
                                .endSpec(),
                        UPDATE_NODE_LABEL,
                        UPDATE_NODE_TAINT));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void nodes(String what, Node after, Set<EventAction> actions) {
        assertThat(NodeChanges.between(NodeInfo.empty(NODE), NodeInfo.empty(after)))
                .isEqualTo(actions);
    }

    private static Arguments pods(String what, UnaryOperator<PodBuilder> change, EventAction... actions) {
        return Arguments.of(what, change.apply(new PodBuilder(POD)).build(), Set.of(actions));
    }

    private static Arguments nodes(String what, UnaryOperator<NodeBuilder> change, EventAction... actions) {
        return Arguments.of(what, change.apply(new NodeBuilder(NODE)).build(), Set.of(actions));
    }

    private static PodBuilder asks(PodBuilder pod, String cpu, String memory) {
        return pod.editSpec()
                .editFirstContainer()
                .editResources()
                .addToRequests("cpu", new Quantity(cpu))
                .addToRequests("memory", new Quantity(memory))
                .endResources()
                .endContainer()
                .endSpec();
    }
}

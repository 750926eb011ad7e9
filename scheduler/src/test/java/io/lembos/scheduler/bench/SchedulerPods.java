package io.lembos.scheduler.bench;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAffinityTermBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import io.fabric8.kubernetes.api.model.scheduling.v1alpha2.PodGroup;
import io.fabric8.kubernetes.api.model.scheduling.v1alpha2.PodGroupBuilder;
import java.util.Map;

/** Nodes and pods of scheduler_perf, Kubernetes' benchmark of its scheduler: the same requests, labels and terms. */
final class SchedulerPods {
    static final String ZONE = "topology.kubernetes.io/zone";
    /** A PriorityClass. */
    static final String IMPORTANT = "important";

    static final String HOSTNAME = "kubernetes.io/hostname";

    private SchedulerPods() {}

    /** {@code node-default}: 4 CPU, 32 GiB, 110 pods; {@code zone} may be null. */
    static Node node(String name, String zone) {
        NodeBuilder node = new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels(HOSTNAME, name)
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .withCapacity(resources("4", "32Gi"))
                .withAllocatable(resources("4", "32Gi"))
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .withReason("KubeletReady")
                .withMessage("")
                .endCondition()
                .endStatus();
        if (zone != null) {
            node.editMetadata().addToLabels(ZONE, zone).endMetadata();
        }
        return node.build();
    }

    static Map<String, Quantity> resources(String cpu, String memory) {
        return Map.of("cpu", new Quantity(cpu), "memory", new Quantity(memory), "pods", new Quantity("110"));
    }

    /** {@code pod-default}: 100m and 500 MiB. */
    static Pod standard(String namespace) {
        return new PodBuilder(light(namespace))
                .editSpec()
                .editFirstContainer()
                .withNewResources()
                .withRequests(Map.of("cpu", new Quantity("100m"), "memory", new Quantity("500Mi")))
                .withLimits(Map.of("cpu", new Quantity("100m"), "memory", new Quantity("500Mi")))
                .endResources()
                .addNewPort()
                .withContainerPort(80)
                .endPort()
                .endContainer()
                .endSpec()
                .build();
    }

    /** {@code light-pod}: asks for nothing. */
    static Pod light(String namespace) {
        return new PodBuilder()
                .withNewMetadata()
                .withGenerateName("pod-")
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("pause")
                .withImage("registry.k8s.io/pause:3.10.1")
                .endContainer()
                .endSpec()
                .build();
    }

    /** {@code pod-with-node-affinity}. */
    static Pod inZones(String namespace, String... zones) {
        return new PodBuilder(standard(namespace))
                .editSpec()
                .withNewAffinity()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .addNewNodeSelectorTerm()
                .addNewMatchExpression()
                .withKey(ZONE)
                .withOperator("In")
                .withValues(zones)
                .endMatchExpression()
                .endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .endAffinity()
                .endSpec()
                .build();
    }

    /** {@code pod-with-pod-affinity}: near blue pods of both namespaces, by zone. */
    static Pod affine(String namespace) {
        return new PodBuilder(coloured(namespace, "blue"))
                .editSpec()
                .withNewAffinity()
                .withNewPodAffinity()
                .addToRequiredDuringSchedulingIgnoredDuringExecution(term("blue", ZONE, false))
                .endPodAffinity()
                .endAffinity()
                .endSpec()
                .build();
    }

    /** {@code pod-with-pod-anti-affinity}: one green pod per node; by namespaces or by a namespace selector. */
    static Pod antiAffine(String namespace, boolean selector) {
        return new PodBuilder(coloured(namespace, "green"))
                .editSpec()
                .withNewAffinity()
                .withNewPodAntiAffinity()
                .addToRequiredDuringSchedulingIgnoredDuringExecution(term("green", HOSTNAME, selector))
                .endPodAntiAffinity()
                .endAffinity()
                .endSpec()
                .build();
    }

    /** {@code pod-with-preferred-pod-affinity}: rather on nodes with red pods. */
    static Pod preferring(String namespace, boolean selector) {
        return new PodBuilder(coloured(namespace, "red"))
                .editSpec()
                .withNewAffinity()
                .withNewPodAffinity()
                .addToPreferredDuringSchedulingIgnoredDuringExecution(
                        new WeightedPodAffinityTerm(term("red", HOSTNAME, selector), 1))
                .endPodAffinity()
                .endAffinity()
                .endSpec()
                .build();
    }

    /** {@code pod-with-preferred-pod-anti-affinity}: rather not with yellow pods. */
    static Pod avoiding(String namespace, boolean selector) {
        return new PodBuilder(coloured(namespace, "yellow"))
                .editSpec()
                .withNewAffinity()
                .withNewPodAntiAffinity()
                .addToPreferredDuringSchedulingIgnoredDuringExecution(
                        new WeightedPodAffinityTerm(term("yellow", HOSTNAME, selector), 1))
                .endPodAntiAffinity()
                .endAffinity()
                .endSpec()
                .build();
    }

    /** {@code pod-with-pod-affinity} with a namespace selector in place of names. */
    static Pod affineBySelector(String namespace) {
        return new PodBuilder(coloured(namespace, "blue"))
                .editSpec()
                .withNewAffinity()
                .withNewPodAffinity()
                .addToRequiredDuringSchedulingIgnoredDuringExecution(term("blue", ZONE, true))
                .endPodAffinity()
                .endAffinity()
                .endSpec()
                .build();
    }

    /** {@code pod-with-topology-spreading}, or the preferred one: not more than 5 apart by zone. */
    static Pod spread(String namespace, boolean hard) {
        TopologySpreadConstraint constraint = new TopologySpreadConstraintBuilder()
                .withMaxSkew(5)
                .withTopologyKey(ZONE)
                .withWhenUnsatisfiable(hard ? "DoNotSchedule" : "ScheduleAnyway")
                .withLabelSelector(labels("color", "blue"))
                .build();
        return new PodBuilder(coloured(namespace, "blue"))
                .editSpec()
                .withTopologySpreadConstraints(constraint)
                .endSpec()
                .build();
    }

    /** {@code pod-with-label}, which a Service may select. */
    static Pod labelled(String namespace) {
        return new PodBuilder(light(namespace))
                .editMetadata()
                .addToLabels("app", "scheduler-perf")
                .endMetadata()
                .build();
    }

    /** A standard pod of a colour. */
    static Pod coloured(String namespace, String colour) {
        return new PodBuilder(standard(namespace))
                .editMetadata()
                .addToLabels("color", colour)
                .endMetadata()
                .build();
    }

    /** {@code pod-low-priority}: four fill most of a node; nothing to be waited for when it ends. */
    static Pod lesser(String namespace) {
        return new PodBuilder(asking(namespace, "900m"))
                .editSpec()
                .withTerminationGracePeriodSeconds(0L)
                .endSpec()
                .build();
    }

    /** {@code pod-high-priority}. */
    static Pod important(String namespace, String cpu) {
        return new PodBuilder(asking(namespace, cpu))
                .editSpec()
                .withPriorityClassName(IMPORTANT)
                .endSpec()
                .build();
    }

    static PodGroup gang(String namespace, String name, int minCount) {
        return new PodGroupBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withNewSchedulingPolicy()
                .withNewGang(minCount)
                .endSchedulingPolicy()
                .endSpec()
                .build();
    }

    /** One of a gang. */
    static Pod inGang(String namespace, String group) {
        return new PodBuilder(standard(namespace))
                .editSpec()
                .withNewSchedulingGroup(group)
                .endSpec()
                .build();
    }

    private static Pod asking(String namespace, String cpu) {
        return new PodBuilder(light(namespace))
                .editSpec()
                .editFirstContainer()
                .withNewResources()
                .withRequests(Map.of("cpu", new Quantity(cpu), "memory", new Quantity("500Mi")))
                .endResources()
                .endContainer()
                .endSpec()
                .build();
    }

    private static PodAffinityTerm term(String colour, String key, boolean selector) {
        PodAffinityTermBuilder term =
                new PodAffinityTermBuilder().withTopologyKey(key).withLabelSelector(labels("color", colour));
        return selector
                ? term.withNamespaceSelector(labels("team", "devops")).build()
                : term.withNamespaces("sched-1", "sched-0").build();
    }

    private static LabelSelector labels(String key, String value) {
        return new LabelSelectorBuilder().addToMatchLabels(key, value).build();
    }
}

package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAffinityTermBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import java.util.List;
import java.util.Random;

/**
 * Random nodes in zones and racks, and pods that want to be near each other, apart, or spread.
 *
 * @param hostnamesRepeat whether several nodes may call themselves by one name
 */
public record RandomDomains(Random random, boolean hostnamesRepeat) {
    private static final String[] KEYS = {"kubernetes.io/hostname", "topology.kubernetes.io/zone", "example.com/rack"};
    private static final String[] APPS = {"web", "db", "cache"};

    public Node node(String name) {
        NodeBuilder node = new NodeBuilder(Samples.node(name, "" + (1 + random.nextInt(8)), "32Gi"));
        if (hostnamesRepeat) {
            node.editMetadata().addToLabels(KEYS[0], "h" + random.nextInt(3)).endMetadata();
        }
        if (random.nextInt(5) > 0) {
            node.editMetadata().addToLabels(KEYS[1], "z" + random.nextInt(3)).endMetadata();
        }
        if (random.nextInt(3) > 0) {
            node.editMetadata().addToLabels(KEYS[2], "r" + random.nextInt(5)).endMetadata();
        }
        if (random.nextInt(3) == 0) {
            String effect = random.nextInt(4) > 0 ? "NoSchedule" : "PreferNoSchedule";
            node.editSpec().withTaints(new Taint(effect, "t", null, "")).endSpec();
        }
        if (random.nextInt(12) == 0) {
            node.editSpec().withUnschedulable(true).endSpec();
        }
        return node.build();
    }

    public Pod template(int number) {
        PodBuilder pod = new PodBuilder(Samples.pod("t" + number, 100 * (1 + random.nextInt(12)) + "m", "1Gi"));
        pod.editMetadata()
                .withNamespace(random.nextInt(4) == 0 ? "other" : "default")
                .addToLabels("app", APPS[random.nextInt(APPS.length)])
                .endMetadata();
        if (random.nextInt(3) == 0) {
            pod.editSpec()
                    .withTopologySpreadConstraints(
                            random.nextBoolean() ? List.of(constraint()) : List.of(constraint(), constraint()))
                    .endSpec();
        }
        if (random.nextInt(3) == 0) {
            pod.editSpec()
                    .editOrNewAffinity()
                    .withNewPodAffinity()
                    .endPodAffinity()
                    .endAffinity()
                    .endSpec();
            if (random.nextBoolean()) {
                pod.editSpec()
                        .editAffinity()
                        .editPodAffinity()
                        .addToRequiredDuringSchedulingIgnoredDuringExecution(term())
                        .endPodAffinity()
                        .endAffinity()
                        .endSpec();
            } else {
                pod.editSpec()
                        .editAffinity()
                        .editPodAffinity()
                        .addToPreferredDuringSchedulingIgnoredDuringExecution(weighted(), weighted())
                        .endPodAffinity()
                        .endAffinity()
                        .endSpec();
            }
        }
        if (random.nextInt(3) == 0) {
            pod.editSpec()
                    .editOrNewAffinity()
                    .withNewPodAntiAffinity()
                    .endPodAntiAffinity()
                    .endAffinity()
                    .endSpec();
            if (random.nextBoolean()) {
                pod.editSpec()
                        .editAffinity()
                        .editPodAntiAffinity()
                        .addToRequiredDuringSchedulingIgnoredDuringExecution(term())
                        .endPodAntiAffinity()
                        .endAffinity()
                        .endSpec();
            } else {
                pod.editSpec()
                        .editAffinity()
                        .editPodAntiAffinity()
                        .addToPreferredDuringSchedulingIgnoredDuringExecution(weighted())
                        .endPodAntiAffinity()
                        .endAffinity()
                        .endSpec();
            }
        }
        return pod.build();
    }

    private TopologySpreadConstraint constraint() {
        return new TopologySpreadConstraintBuilder()
                .withTopologyKey(KEYS[random.nextInt(KEYS.length)])
                .withMaxSkew(1 + random.nextInt(3))
                .withMinDomains(random.nextInt(4) == 0 ? 3 : null)
                .withWhenUnsatisfiable(random.nextBoolean() ? "DoNotSchedule" : "ScheduleAnyway")
                .withNodeTaintsPolicy(random.nextBoolean() ? "Honor" : null)
                .withLabelSelector(selector())
                .build();
    }

    private WeightedPodAffinityTerm weighted() {
        return new WeightedPodAffinityTerm(term(), 1 + random.nextInt(20));
    }

    private PodAffinityTerm term() {
        PodAffinityTermBuilder term = new PodAffinityTermBuilder()
                .withTopologyKey(KEYS[random.nextInt(KEYS.length)])
                .withLabelSelector(selector());
        return switch (random.nextInt(4)) {
            case 0 -> term.withNamespaceSelector(new LabelSelector()).build();
            case 1 -> term.withNamespaces("other").build();
            case 2 ->
                term.withNamespaceSelector(new LabelSelectorBuilder()
                                .addToMatchLabels("team", "a")
                                .build())
                        .build();
            default -> term.build();
        };
    }

    private LabelSelector selector() {
        return random.nextInt(6) == 0
                ? new LabelSelector()
                : new LabelSelectorBuilder()
                        .addToMatchLabels("app", APPS[random.nextInt(APPS.length)])
                        .build();
    }
}

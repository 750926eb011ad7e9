package io.lembos.controllers.deployment;

import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.lembos.api.meta.Resources;
import io.lembos.controllers.common.Owners;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The ReplicaSets of one Deployment, told apart. Immutable.
 *
 * @param fresh the one with the Deployment's present template, if there is one
 * @param old all others, oldest first
 */
record ReplicaSets(Optional<ReplicaSet> fresh, List<ReplicaSet> old) {

    static ReplicaSets of(Deployment deployment, List<ReplicaSet> all) {
        List<ReplicaSet> byAge = all.stream()
                .sorted(Comparator.comparing((ReplicaSet s) -> s.getMetadata().getCreationTimestamp())
                        .thenComparing(s -> s.getMetadata().getName()))
                .toList();
        Optional<ReplicaSet> fresh = byAge.stream()
                .filter(s -> TemplateHash.same(
                        s.getSpec().getTemplate(), deployment.getSpec().getTemplate()))
                .findFirst();
        List<ReplicaSet> old =
                byAge.stream().filter(s -> fresh.isEmpty() || s != fresh.get()).toList();
        return new ReplicaSets(fresh, old);
    }

    List<ReplicaSet> all() {
        java.util.ArrayList<ReplicaSet> all = new java.util.ArrayList<>(old);
        fresh.ifPresent(all::add);
        return all;
    }

    /** Those with replicas wanted. */
    List<ReplicaSet> active() {
        return all().stream().filter(s -> s.getSpec().getReplicas() > 0).toList();
    }

    /** The number of the newest revision among the old sets. */
    long maxOldRevision() {
        return old.stream().mapToLong(ReplicaSets::revision).max().orElse(0);
    }

    static long revision(ReplicaSet set) {
        return number(set, Annotations.REVISION);
    }

    static long number(ReplicaSet set, String annotation) {
        Map<String, String> annotations = set.getMetadata().getAnnotations();
        String value = annotations == null ? null : annotations.get(annotation);
        try {
            return value == null ? 0 : Long.parseLong(value);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    static int available(ReplicaSet set) {
        Integer available = set.getStatus() == null ? null : set.getStatus().getAvailableReplicas();
        return available == null ? 0 : available;
    }

    static int ready(ReplicaSet set) {
        Integer ready = set.getStatus() == null ? null : set.getStatus().getReadyReplicas();
        return ready == null ? 0 : ready;
    }

    static int actual(ReplicaSet set) {
        Integer replicas = set.getStatus() == null ? null : set.getStatus().getReplicas();
        return replicas == null ? 0 : replicas;
    }

    static RolloutPlan.Set planned(ReplicaSet set) {
        return new RolloutPlan.Set(
                set.getMetadata().getName(),
                set.getSpec().getReplicas(),
                available(set),
                set.getMetadata().getCreationTimestamp(),
                (int) number(set, Annotations.MAX_REPLICAS));
    }

    /** A set for the Deployment's present template. */
    static ReplicaSet create(Deployment deployment, int replicas, long revision) {
        Integer collisions =
                deployment.getStatus() == null ? null : deployment.getStatus().getCollisionCount();
        String hash = TemplateHash.of(deployment.getSpec().getTemplate(), collisions == null ? 0 : collisions);
        Map<String, String> labels =
                new HashMap<>(deployment.getSpec().getTemplate().getMetadata().getLabels());
        labels.put(TemplateHash.LABEL, hash);
        return new ReplicaSetBuilder()
                .withNewMetadata()
                .withName(deployment.getMetadata().getName() + "-" + hash)
                .withNamespace(deployment.getMetadata().getNamespace())
                .withLabels(labels)
                .withAnnotations(annotations(deployment, revision))
                .withOwnerReferences(Owners.controllerReference(deployment, Resources.DEPLOYMENTS))
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withMinReadySeconds(deployment.getSpec().getMinReadySeconds())
                .withSelector(new LabelSelectorBuilder(deployment.getSpec().getSelector())
                        .addToMatchLabels(TemplateHash.LABEL, hash)
                        .build())
                .withNewTemplateLike(deployment.getSpec().getTemplate())
                .editMetadata()
                .withLabels(labels)
                .endMetadata()
                .endTemplate()
                .endSpec()
                .build();
    }

    /** The Deployment's annotations but kubectl's own record, and what kubectl reads of a set. */
    static Map<String, String> annotations(Deployment deployment, long revision) {
        Map<String, String> annotations = new HashMap<>();
        if (deployment.getMetadata().getAnnotations() != null) {
            annotations.putAll(deployment.getMetadata().getAnnotations());
        }
        annotations.remove(Annotations.LAST_APPLIED);
        annotations.put(Annotations.REVISION, String.valueOf(revision));
        int wanted = deployment.getSpec().getReplicas();
        annotations.put(Annotations.DESIRED_REPLICAS, String.valueOf(wanted));
        annotations.put(
                Annotations.MAX_REPLICAS,
                String.valueOf(wanted + RolloutLimits.of(deployment).maxSurge()));
        return annotations;
    }
}

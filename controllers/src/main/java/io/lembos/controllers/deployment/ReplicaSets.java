package io.lembos.controllers.deployment;

import io.fabric8.kubernetes.api.model.HasMetadata;
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

    ReplicaSets withFresh(ReplicaSet set) {
        return new ReplicaSets(Optional.of(set), old);
    }

    /** The number of the revision that the present template has or will have. */
    long freshRevision() {
        return Math.max(maxOldRevision() + 1, fresh.map(ReplicaSets::revision).orElse(0L));
    }

    /** The newest set, of the present template if there is one. */
    Optional<ReplicaSet> newest() {
        return fresh.isPresent() || old.isEmpty() ? fresh : Optional.of(old.get(old.size() - 1));
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

    /** A number among the annotations; 0 where there is none. */
    static long number(ReplicaSet set, String annotation) {
        String value = annotations(set).get(annotation);
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
        ReplicaSet blank =
                new ReplicaSetBuilder().withNewMetadata().endMetadata().build();
        Map<String, String> annotations = freshAnnotations(deployment, blank, revision);
        annotations.putAll(sizeAnnotations(deployment));
        return new ReplicaSetBuilder()
                .withNewMetadata()
                .withName(deployment.getMetadata().getName() + "-" + hash)
                .withNamespace(deployment.getMetadata().getNamespace())
                .withLabels(labels)
                .withAnnotations(annotations)
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

    static Map<String, String> annotations(HasMetadata object) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }

    /** How large the Deployment was when a set was last scaled; a difference tells that it was resized since. */
    static Map<String, String> sizeAnnotations(Deployment deployment) {
        int wanted = deployment.getSpec().getReplicas();
        return Map.of(
                Annotations.DESIRED_REPLICAS, String.valueOf(wanted),
                Annotations.MAX_REPLICAS,
                        String.valueOf(wanted + RolloutLimits.of(deployment).maxSurge()));
    }

    /**
     * What a set with the present template carries: what it has, the Deployment's own annotations, and its revision; the
     * revisions that it had before go to the history.
     */
    static Map<String, String> freshAnnotations(Deployment deployment, ReplicaSet set, long revision) {
        Map<String, String> annotations = new HashMap<>(annotations(set));
        annotations(deployment).forEach((name, value) -> {
            if (!Annotations.NOT_COPIED.contains(name)) {
                annotations.put(name, value);
            }
        });
        String before = annotations.get(Annotations.REVISION);
        if (revision(set) < revision) {
            annotations.put(Annotations.REVISION, String.valueOf(revision));
            if (before != null) {
                annotations.merge(Annotations.REVISION_HISTORY, before, ReplicaSets::appendRevision);
            }
        }
        return annotations;
    }

    private static String appendRevision(String history, String revision) {
        String longer = history.isEmpty() ? revision : history + "," + revision;
        while (longer.length() > Annotations.HISTORY_CHARS_MAX && longer.contains(",")) {
            longer = longer.substring(longer.indexOf(',') + 1);
        }
        return longer;
    }
}

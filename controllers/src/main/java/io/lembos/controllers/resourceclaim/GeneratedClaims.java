package io.lembos.controllers.resourceclaim;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodResourceClaim;
import io.fabric8.kubernetes.api.model.PodResourceClaimStatus;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.controllers.common.Owners;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What claims that are made for pods look like. Pure. */
final class GeneratedClaims {
    /** Which of the pod's claims it is. */
    static final String ANNOTATION = "resource.kubernetes.io/pod-claim-name";

    private static final int NAME_MAX = 57;

    private GeneratedClaims() {}

    /** Those of the pod's claims that are made from a template and of which its status says nothing yet. */
    static List<PodResourceClaim> missing(Pod pod) {
        return pod.getSpec().getResourceClaims().stream()
                .filter(each -> each.getResourceClaimTemplateName() != null)
                .filter(each ->
                        named(pod).stream().noneMatch(status -> each.getName().equals(status.getName())))
                .toList();
    }

    /** Keys of all claims that the pod uses. */
    static List<ObjectKey> used(Pod pod) {
        return pod.getSpec().getResourceClaims().stream()
                .flatMap(each -> each.getResourceClaimName() != null
                        ? Optional.of(each.getResourceClaimName()).stream()
                        : named(pod).stream()
                                .filter(status -> each.getName().equals(status.getName())
                                        && status.getResourceClaimName() != null)
                                .map(PodResourceClaimStatus::getResourceClaimName))
                .map(name -> ObjectKey.of(pod.getMetadata().getNamespace(), name))
                .toList();
    }

    private static List<PodResourceClaimStatus> named(Pod pod) {
        return pod.getStatus() == null || pod.getStatus().getResourceClaimStatuses() == null
                ? List.of()
                : pod.getStatus().getResourceClaimStatuses();
    }

    /** Whether a claim was made for this one of its owner's. */
    static boolean isFor(ResourceClaim claim, PodResourceClaim wanted) {
        Map<String, String> annotations = claim.getMetadata().getAnnotations();
        return annotations != null && wanted.getName().equals(annotations.get(ANNOTATION));
    }

    static ResourceClaim of(Pod pod, PodResourceClaim wanted, ResourceClaimTemplate template) {
        Optional<ObjectMeta> meta = Optional.ofNullable(template.getSpec().getMetadata());
        Map<String, String> annotations =
                new HashMap<>(meta.map(ObjectMeta::getAnnotations).orElse(Map.of()));
        annotations.put(ANNOTATION, wanted.getName());
        return new ResourceClaimBuilder()
                .withNewMetadata()
                .withGenerateName(prefix(pod.getMetadata().getName(), wanted.getName()))
                .withNamespace(pod.getMetadata().getNamespace())
                .withLabels(meta.map(ObjectMeta::getLabels).orElse(null))
                .withAnnotations(annotations)
                .withOwnerReferences(Owners.controllerReference(pod, Resources.PODS))
                .endMetadata()
                .withSpec(template.getSpec().getSpec())
                .build();
    }

    /** A long name of a pod is cut, so that the claim's own name stays readable. */
    private static String prefix(String pod, String claim) {
        int room = Math.max(0, NAME_MAX - claim.length());
        return (pod.length() > room ? pod.substring(0, room) : pod) + "-" + claim + "-";
    }
}

package io.lembos.scheduler.devices;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodResourceClaim;
import io.fabric8.kubernetes.api.model.PodResourceClaimStatus;
import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import io.lembos.api.meta.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The claims of a pod, in the order of its spec; a claim that turned out not to be needed is left out.
 *
 * @param problem why the pod has to wait for a claim, in Kubernetes' words (resourceclaim.Name, foreachPodResourceClaim)
 * @param claims those before the problem
 */
public record PodClaims(Optional<String> problem, List<ClaimState> claims) {
    private static final PodClaims NONE = new PodClaims(Optional.empty(), List.of());

    public PodClaims {
        claims = List.copyOf(claims);
    }

    static PodClaims of(Pod pod, Function<ObjectKey, ClaimState> known) {
        List<PodResourceClaim> named = named(pod);
        if (named.isEmpty()) {
            return NONE;
        }
        List<ClaimState> claims = new ArrayList<>(named.size());
        for (PodResourceClaim each : named) {
            Optional<PodResourceClaimStatus> made = made(pod, each);
            if (each.getResourceClaimName() == null && made.isEmpty()) {
                return new PodClaims(Optional.of(unmade(pod, each)), claims);
            }
            String name = each.getResourceClaimName() == null
                    ? made.get().getResourceClaimName()
                    : each.getResourceClaimName();
            if (name == null) {
                continue;
            }
            ClaimState claim = known.apply(ObjectKey.of(pod.getMetadata().getNamespace(), name));
            Optional<String> problem = problem(pod, name, claim, each.getResourceClaimName() == null);
            if (problem.isPresent()) {
                return new PodClaims(problem, claims);
            }
            claims.add(claim);
        }
        return new PodClaims(Optional.empty(), claims);
    }

    /** Whether the pod names the claim, or it was made for the pod. Quick: asked for each pod that waits. */
    public static boolean uses(Pod pod, String namespace, String claim) {
        List<PodResourceClaim> named = named(pod);
        if (named.isEmpty() || !namespace.equals(pod.getMetadata().getNamespace())) {
            return false;
        }
        for (PodResourceClaim each : named) {
            if (claim.equals(each.getResourceClaimName())) {
                return true;
            }
        }
        List<PodResourceClaimStatus> made =
                pod.getStatus() == null ? null : pod.getStatus().getResourceClaimStatuses();
        for (int i = 0; made != null && i < made.size(); i++) {
            if (claim.equals(made.get(i).getResourceClaimName())) {
                return true;
            }
        }
        return false;
    }

    private static List<PodResourceClaim> named(Pod pod) {
        List<PodResourceClaim> named = pod.getSpec().getResourceClaims();
        return named == null ? List.of() : named;
    }

    private static Optional<PodResourceClaimStatus> made(Pod pod, PodResourceClaim claim) {
        List<PodResourceClaimStatus> made =
                pod.getStatus() == null ? null : pod.getStatus().getResourceClaimStatuses();
        return made == null
                ? Optional.empty()
                : made.stream()
                        .filter(status -> claim.getName().equals(status.getName()))
                        .findFirst();
    }

    private static String unmade(Pod pod, PodResourceClaim claim) {
        String whose = "pod \"" + ObjectKey.of(pod) + "\"";
        return claim.getResourceClaimTemplateName() == null
                ? whose + ", spec.resourceClaim \"" + claim.getName() + "\": none of the supported fields are set"
                : whose + ": ResourceClaim not created yet";
    }

    private static Optional<String> problem(Pod pod, String name, ClaimState claim, boolean fromTemplate) {
        if (claim == null) {
            return Optional.of("resourceclaim.resource.k8s.io \"" + name + "\" not found");
        }
        if (claim.claim().getMetadata().getDeletionTimestamp() != null) {
            return Optional.of("resourceclaim \"" + name + "\" is being deleted");
        }
        boolean owned =
                claim.claim().getMetadata().getOwnerReferences().stream().anyMatch(owner -> isPod(owner, pod));
        return fromTemplate && !owned
                ? Optional.of("ResourceClaim " + claim.key() + " was not created for pod " + ObjectKey.of(pod)
                        + " (pod is not owner)")
                : Optional.empty();
    }

    private static boolean isPod(OwnerReference owner, Pod pod) {
        return Boolean.TRUE.equals(owner.getController())
                && pod.getMetadata().getUid().equals(owner.getUid());
    }

    /**
     * What a decision looks at: pods whose claims are alike are judged alike. A claim that has got nothing yet is as good as
     * any other that asks for the same.
     *
     * @param uid of the pod
     */
    public List<Object> likeness(String uid) {
        if (claims.isEmpty() && problem.isEmpty()) {
            return List.of();
        }
        List<Object> parts = new ArrayList<>();
        problem.ifPresent(parts::add);
        for (ClaimState each : claims) {
            Optional<AllocationResult> allocation = each.allocation();
            if (allocation.isPresent()) {
                parts.add(Optional.ofNullable(allocation.get().getNodeSelector()));
                parts.add(List.of(each.contested(), each.canBeReserved() || each.isReservedFor(uid)));
            } else {
                parts.add(each.pending().isPresent() ? each.key() : each.shape());
            }
        }
        return parts;
    }
}

package io.lembos.controllers.resourceclaim;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import io.lembos.api.client.Client;
import io.lembos.api.client.Patch;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.controllers.common.Informers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes the claims that a pod wants from templates, and says in its status what they are called. A claim that was made and
 * that the watch has not shown yet is not made twice. Safe for all threads, one pod on one thread at a time.
 */
final class PodClaims {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Client client;
    private final Informer<ResourceClaim> claims;
    private final Informer<ResourceClaimTemplate> templates;
    private final EventRecorder events;
    /** Names of claims that were made, by the uid of the pod and its name for the claim. */
    private final Map<String, Map<String, String>> made = new ConcurrentHashMap<>();

    PodClaims(
            Client client,
            Informer<ResourceClaim> claims,
            Informer<ResourceClaimTemplate> templates,
            EventRecorder events) {
        this.client = client;
        this.claims = claims;
        this.templates = templates;
        this.events = events;
    }

    /** The pod is gone. */
    void forget(Pod pod) {
        made.remove(pod.getMetadata().getUid());
    }

    void reconcile(Pod pod) {
        if (pod.getMetadata().getDeletionTimestamp() != null || ClaimUse.isDone(pod)) {
            return;
        }
        Map<String, String> names = new LinkedHashMap<>();
        for (PodResourceClaim wanted : GeneratedClaims.missing(pod)) {
            claim(pod, wanted).ifPresent(name -> names.put(wanted.getName(), name));
        }
        if (!names.isEmpty()) {
            client.patch(Resources.PODS, ObjectKey.of(pod), status(pod, names), "status");
        }
    }

    /** Its name; empty while there is no template. */
    private Optional<String> claim(Pod pod, PodResourceClaim wanted) {
        String uid = pod.getMetadata().getUid();
        Optional<String> present = claims.byIndex(Informers.BY_CONTROLLER, uid).stream()
                .filter(claim -> GeneratedClaims.isFor(claim, wanted))
                .map(claim -> claim.getMetadata().getName())
                .findFirst()
                .or(() -> Optional.ofNullable(made.getOrDefault(uid, Map.of()).get(wanted.getName())));
        if (present.isPresent()) {
            return present;
        }
        ObjectKey template = ObjectKey.of(pod.getMetadata().getNamespace(), wanted.getResourceClaimTemplateName());
        Optional<ResourceClaimTemplate> found = templates.get(template);
        if (found.isEmpty()) {
            failed(pod, wanted, "resourceclaimtemplate.resource.k8s.io \"" + template.name() + "\" not found");
            return Optional.empty();
        }
        try {
            String name = client.create(Resources.RESOURCE_CLAIMS, GeneratedClaims.of(pod, wanted, found.get()))
                    .getMetadata()
                    .getName();
            made.computeIfAbsent(uid, u -> new ConcurrentHashMap<>()).put(wanted.getName(), name);
            return Optional.of(name);
        } catch (ApiError e) {
            if (!e.is(Reason.NotFound)) {
                failed(pod, wanted, e.getMessage());
            }
            throw e;
        }
    }

    private void failed(Pod pod, PodResourceClaim wanted, String why) {
        events.warning(pod, "FailedResourceClaimCreation", "PodResourceClaim " + wanted.getName() + ": " + why);
    }

    private static Patch status(Pod pod, Map<String, String> names) {
        ObjectNode patch = JSON.createObjectNode();
        patch.putObject("metadata").put("uid", pod.getMetadata().getUid());
        ArrayNode statuses = patch.putObject("status").putArray("resourceClaimStatuses");
        names.forEach((name, claim) -> statuses.addObject().put("name", name).put("resourceClaimName", claim));
        return new Patch.StrategicMerge(patch.toString());
    }
}

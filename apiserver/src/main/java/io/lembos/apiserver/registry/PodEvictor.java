package io.lembos.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.selector.SelectorParser;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.Scale;
import io.lembos.apiserver.schema.Times;
import io.lembos.apiserver.store.Entry;
import java.util.List;
import java.util.Set;

/**
 * Deletes a pod if its disruption budget has room, and books the disruption there first, so that evictions that come
 * before the budget's controller has looked again cannot overdraw it. Stateless.
 *
 * <p>Rules and words: registry/core/pod/storage/eviction.go.
 */
public final class PodEvictor {
    private static final int RETRY_SECONDS = 10;
    /** A pod that does not run, or will not much longer, is nobody's disruption. */
    private static final Set<String> IDLE_PHASES = Set.of("Pending", "Succeeded", "Failed");

    private final Registry registry;
    private final Kind budgets;
    private final Clock clock;

    public PodEvictor(Registry registry, Clock clock) {
        this.registry = registry;
        this.budgets = registry.kinds()
                .byPlural("policy", "v1", "poddisruptionbudgets")
                .orElseThrow();
        this.clock = clock;
    }

    public void evict(Kind pods, ObjectKey key, ObjectDeleter.Request request, WriteContext context) {
        ObjectNode pod = CanonicalJson.read(registry.reader().get(pods, key).bytes());
        boolean free = pod.path("metadata").has("deletionTimestamp")
                || IDLE_PHASES.contains(pod.path("status").path("phase").asText());
        if (!free) {
            book(pod, key, context);
        }
        registry.deleter().delete(pods, key, request, context);
    }

    private void book(ObjectNode pod, ObjectKey key, WriteContext context) {
        List<ObjectNode> own = budgetsOf(pod, key.namespace());
        if (own.isEmpty()) {
            return;
        }
        if (own.size() > 1) {
            throw ApiError.internal(
                    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }
        String budget = own.get(0).path("metadata").path("name").asText();
        registry.updater()
                .updateInternally(
                        budgets,
                        ObjectKey.of(key.namespace(), budget),
                        present -> booked(present, key.name()),
                        context);
    }

    private ObjectNode booked(ObjectNode budget, String pod) {
        String name = budget.path("metadata").path("name").asText();
        ObjectNode status = budget.withObjectProperty("status");
        long observed = status.path("observedGeneration").asLong(0);
        if (observed < budget.path("metadata").path("generation").asLong(0)) {
            throw refused("The disruption budget " + name + " is still being processed by the server.", RETRY_SECONDS);
        }
        int allowed = status.path("disruptionsAllowed").asInt(0);
        if (allowed <= 0) {
            throw refused(
                    "The disruption budget " + name + " needs "
                            + status.path("desiredHealthy").asInt(0) + " healthy pods and has "
                            + status.path("currentHealthy").asInt(0) + " currently",
                    0);
        }
        status.put("disruptionsAllowed", allowed - 1);
        status.withObjectProperty("disruptedPods").put(pod, Times.seconds(clock.now()));
        return budget;
    }

    private List<ObjectNode> budgetsOf(ObjectNode pod, String namespace) {
        Selection all = Selection.of(budgets, namespace, "", "");
        return registry.reader().list(all, ListRequest.EVERYTHING).entries().stream()
                .map(Entry::bytes)
                .map(CanonicalJson::read)
                .filter(budget -> covers(budget, pod))
                .toList();
    }

    private static boolean covers(ObjectNode budget, ObjectNode pod) {
        JsonNode selector = budget.path("spec").path("selector");
        return !selector.isMissingNode()
                && SelectorParser.labels(Scale.selectorText(selector)).matches(StoredObject.labels(pod));
    }

    private static ApiError refused(String why, int retrySeconds) {
        Cause cause = new Cause("DisruptionBudget", "", why);
        return ApiError.of(
                Reason.TooManyRequests,
                "Cannot evict pod as it would violate the pod's disruption budget.",
                new ApiError.Details("", "", "", "", List.of(cause), retrySeconds));
    }
}

package io.lembos.apiserver.registry;

import io.lembos.api.error.ApiError;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps schedulers that race for the same room from filling it twice: who binds a pod may say up to which revision it has
 * seen the cluster's pods, and is refused if somebody else has bound a pod to the same node since (optimistic concurrency,
 * as in Omega). Schedulers that say nothing are never refused, only seen.
 *
 * <p>Remembers, per node, the last revision of each binder; forgets everything at a restart, whose own first revision then
 * stands for all that may have been before. The map's locks guard each node.
 */
public final class BindingLedger {
    private final Map<String, Map<String, Bindings>> nodes = new ConcurrentHashMap<>();
    private final long first;

    /** @param first the revision of the store when this server began */
    public BindingLedger(long first) {
        this.first = first;
    }

    /**
     * Who binds, and what it knew.
     *
     * @param instance tells schedulers apart; empty for one that does not say
     * @param observed the revision up to which it has seen all pods; -1 if it does not say
     */
    public record Binder(String instance, long observed) {
        boolean isCareful() {
            return observed >= 0 && !instance.isEmpty();
        }
    }

    /**
     * Of one binder to one node.
     *
     * @param underWay how many are being stored now
     * @param last the revision of the last one that was
     */
    private record Bindings(int underWay, long last) {
        boolean isUnseen(long observed) {
            return underWay > 0 || last > observed;
        }
    }

    /**
     * Notes that a binding is about to be stored.
     *
     * @throws ApiError Conflict when another binder was quicker
     */
    void begin(String node, String pod, Binder binder) {
        nodes.compute(node, (n, present) -> {
            Map<String, Bindings> binders = present == null ? new HashMap<>() : present;
            if (binder.isCareful() && isOvertaken(binders, binder)) {
                throw ApiError.conflict(
                        "",
                        "pods/binding",
                        pod,
                        "another scheduler has bound a pod to node \"" + node
                                + "\" that this one had not seen; decide again");
            }
            binders.merge(binder.instance(), new Bindings(1, 0), (a, b) -> new Bindings(a.underWay() + 1, a.last()));
            return binders;
        });
    }

    /** @param revision of the stored binding; 0 if nothing was stored */
    void end(String node, Binder binder, long revision) {
        nodes.computeIfPresent(node, (n, binders) -> {
            binders.computeIfPresent(
                    binder.instance(), (i, b) -> new Bindings(b.underWay() - 1, Math.max(b.last(), revision)));
            return binders;
        });
    }

    private boolean isOvertaken(Map<String, Bindings> binders, Binder binder) {
        if (binder.observed() < first) {
            return true;
        }
        for (Map.Entry<String, Bindings> each : binders.entrySet()) {
            if (!each.getKey().equals(binder.instance()) && each.getValue().isUnseen(binder.observed())) {
                return true;
            }
        }
        return false;
    }
}

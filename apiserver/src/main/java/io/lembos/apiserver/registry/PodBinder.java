package io.lembos.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.PodBinding;
import io.lembos.apiserver.store.Entry;
import java.util.List;

/**
 * Gives a pod its node, once. A scheduler that wants to be refused when another one was quicker on the same node says in
 * {@code target.resourceVersion} up to which revision it has seen all pods, and in the annotation
 * {@value #INSTANCE} who it is; neither is kept.
 */
public final class PodBinder {
    /** Tells instances of schedulers apart. */
    public static final String INSTANCE = "scheduler.lembos.io/instance";

    private final Registry registry;
    private final Clock clock;

    public PodBinder(Registry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /** @param binding a {@code v1 Binding} */
    public void bind(Kind pods, ObjectKey key, ObjectNode binding, WriteContext context) {
        if (binding.path("target").path("name").asText("").isEmpty()) {
            throw ApiError.invalid("", "Binding", key.name(), List.of(Cause.required("target.name", "")));
        }
        String node = binding.path("target").path("name").asText();
        BindingLedger.Binder binder = binder(binding);
        BindingLedger ledger = registry.bindings();
        ledger.begin(node, key.name(), binder);
        try {
            Entry bound = assign(pods, key, binding, context);
            ledger.end(node, binder, bound.modRevision());
        } catch (ApiError e) {
            ledger.end(node, binder, 0);
            throw e;
        } catch (RuntimeException e) {
            // Whether it was stored is not known: as if it were.
            ledger.end(node, binder, registry.reader().revision());
            throw e;
        }
    }

    private Entry assign(Kind pods, ObjectKey key, ObjectNode binding, WriteContext context) {
        String uid = binding.path("metadata").path("uid").asText("");
        return registry.updater()
                .updateInternally(
                        pods,
                        key,
                        pod -> {
                            requireSame(uid, pod, key);
                            PodBinding.apply(pod, binding, clock.now());
                            return pod;
                        },
                        context);
    }

    private static BindingLedger.Binder binder(ObjectNode binding) {
        String instance = "";
        if (binding.path("metadata").path("annotations") instanceof ObjectNode annotations) {
            instance = annotations.path(INSTANCE).asText("");
            annotations.remove(INSTANCE);
        }
        String observed = binding.path("target").path("resourceVersion").asText("");
        try {
            return new BindingLedger.Binder(instance, observed.isEmpty() ? -1 : Long.parseLong(observed));
        } catch (NumberFormatException e) {
            throw ApiError.badRequest("target.resourceVersion: not a revision: " + observed);
        }
    }

    private static void requireSame(String uid, ObjectNode pod, ObjectKey key) {
        String present = pod.path("metadata").path("uid").asText();
        if (!uid.isEmpty() && !uid.equals(present)) {
            throw ApiError.conflict(
                    "",
                    "pods/binding",
                    key.name(),
                    "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + present);
        }
    }
}

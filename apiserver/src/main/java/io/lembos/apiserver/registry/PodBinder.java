package io.lembos.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.PodBinding;
import java.util.List;

/** Gives a pod its node, once. Stateless. */
public final class PodBinder {
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
        String uid = binding.path("metadata").path("uid").asText("");
        registry.updater()
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

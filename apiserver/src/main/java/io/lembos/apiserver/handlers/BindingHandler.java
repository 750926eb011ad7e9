package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.http.StatusBody;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.PodBinding;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.registry.WriteContext;

/** {@code POST} to {@code pods/NAME/binding}: gives a pod its node, once. */
public final class BindingHandler implements Handler {
    private final Registry registry;
    private final Clock clock;

    public BindingHandler(Registry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
    }

    @Override
    public void handle(Target target) {
        if (!(target.exchange().tree(CanonicalJson.MAPPER) instanceof ObjectNode binding)) {
            throw ApiError.badRequest("a Binding is a JSON object");
        }
        bind(target.kind(), target.key(), binding, target.writeContext());
        ObjectNode answer = StatusBody.success("", "", "", "");
        answer.remove("details");
        target.exchange().answer(201, answer);
    }

    /** Also the way of schedulers in this process. */
    public void bind(Kind pods, ObjectKey key, ObjectNode binding, WriteContext context) {
        if (binding.path("target").path("name").asText("").isEmpty()) {
            throw ApiError.invalid(
                    "",
                    "Binding",
                    key.name(),
                    java.util.List.of(io.lembos.api.error.Cause.required("target.name", "")));
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

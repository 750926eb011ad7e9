package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.client.DeleteOptions.Propagation;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.registry.ObjectDeleter;
import io.lembos.apiserver.registry.WriteContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A deletion as a request asks for it: {@code DeleteOptions} in the body; what they do not say the query may. */
record DeleteCall(ObjectDeleter.Request request, WriteContext context) {
    private static final List<String> POLICIES = List.of("Foreground", "Background", "Orphan");

    /** @param options {@code DeleteOptions} of the right types, or an empty object */
    static DeleteCall of(Target target, JsonNode options) {
        Exchange exchange = target.exchange();
        Optional<Long> grace = options.has("gracePeriodSeconds")
                ? Optional.of(options.path("gracePeriodSeconds").asLong())
                : exchange.number("gracePeriodSeconds");
        JsonNode preconditions = options.path("preconditions");
        var request = new ObjectDeleter.Request(
                grace,
                propagation(target, options),
                preconditions.path("uid").asText(""),
                preconditions.path("resourceVersion").asText(""));
        List<String> dryRun = new ArrayList<>(exchange.queries("dryRun"));
        options.path("dryRun").forEach(stage -> dryRun.add(stage.asText()));
        return new DeleteCall(request, target.writeContext(dryRun));
    }

    private static Optional<Propagation> propagation(Target target, JsonNode options) {
        Exchange exchange = target.exchange();
        String policy = options.path("propagationPolicy").asText(exchange.query("propagationPolicy"));
        boolean old = options.has("orphanDependents")
                || !exchange.query("orphanDependents").isEmpty();
        boolean orphan = options.path("orphanDependents").asBoolean(exchange.flag("orphanDependents"));
        if (policy.isEmpty()) {
            return orphan ? Optional.of(Propagation.Orphan) : Optional.empty();
        }
        if (old) {
            throw OptionErrors.of(
                    "delete",
                    Cause.invalid(
                            "propagationPolicy",
                            policy,
                            "orphanDependents and deletionPropagation cannot be both set"));
        }
        if (!POLICIES.contains(policy)) {
            throw OptionErrors.of("delete", Cause.notSupported("propagationPolicy", policy, POLICIES));
        }
        return Optional.of(Propagation.valueOf(policy));
    }
}

package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import io.lembos.api.quantity.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What may be limited by a ResourceQuota, and on which pods: a scope only fits resources that pods have. */
final class QuotaRules implements Rules {
    private static final String BEST_EFFORT = "BestEffort";
    private static final String NOT_BEST_EFFORT = "NotBestEffort";
    private static final String TERMINATING = "Terminating";
    private static final String NOT_TERMINATING = "NotTerminating";
    /** These ask whether a pod is of a kind, so they have no values. */
    private static final Set<String> PLAIN =
            Set.of(BEST_EFFORT, NOT_BEST_EFFORT, TERMINATING, NOT_TERMINATING, "CrossNamespacePodAffinity");

    private static final String OF_VOLUMES = "VolumeAttributesClass";
    private static final Set<String> WITH_VALUES = Set.of("PriorityClass", OF_VOLUMES);
    private static final List<Set<String>> OPPOSITES =
            List.of(Set.of(BEST_EFFORT, NOT_BEST_EFFORT), Set.of(TERMINATING, NOT_TERMINATING));

    private static final Set<String> COMPUTED =
            Set.of("cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory");
    private static final Set<String> UNSCOPED = Set.of(
            "ephemeral-storage",
            "requests.ephemeral-storage",
            "limits.ephemeral-storage",
            "requests.storage",
            "resourcequotas",
            "services",
            "services.nodeports",
            "services.loadbalancers",
            "replicationcontrollers",
            "secrets",
            "configmaps",
            "persistentvolumeclaims");

    @Override
    public void check(ObjectNode object, List<Cause> causes) {
        Field spec = Field.of(object, causes).at("spec");
        for (var amount : spec.at("hard").node().properties()) {
            String path = "spec.hard[" + amount.getKey() + "]";
            Names.qualifiedName(amount.getKey()).forEach(w -> causes.add(Cause.invalid(path, amount.getKey(), w)));
            if (Quantity.parse(amount.getValue().asText()).signum() < 0) {
                causes.add(Cause.invalid(path, amount.getValue().asText(), "must be greater than or equal to 0"));
            }
        }
        scopes(spec);
        selector(spec);
    }

    private static void scopes(Field spec) {
        Field scopes = spec.at("scopes");
        Set<String> seen = new HashSet<>();
        spec.each("scopes", scope -> {
            seen.add(scope.text());
            if (!isKnown(scope.text())) {
                scopes.invalid("unsupported scope");
            }
            refuseMisfits(spec, scope.text(), scopes);
        });
        refuseOpposites(seen, scopes);
    }

    private static void selector(Field spec) {
        Field selector = spec.at("scopeSelector");
        // Kubernetes shows the whole selector as the value of its expressions.
        Field expressions =
                new Field(selector.node(), selector.at("matchExpressions").path(), selector.causes());
        Set<String> seen = new HashSet<>();
        selector.each("matchExpressions", expression -> {
            String scope = expression.text("scopeName");
            seen.add(scope);
            if (!isKnown(scope)) {
                expressions.at("scopeName").invalid("unsupported scope");
            }
            refuseMisfits(spec, scope, expressions);
            if (PLAIN.contains(scope) && !expression.text("operator").equals("Exists")) {
                new Field(expression.at("operator").node(), expressions.path() + ".operator", spec.causes())
                        .invalid("must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, "
                                + "ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, "
                                + "ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity");
            }
        });
        refuseOpposites(seen, expressions);
    }

    private static boolean isKnown(String scope) {
        return PLAIN.contains(scope) || WITH_VALUES.contains(scope);
    }

    private static void refuseMisfits(Field spec, String scope, Field blamed) {
        spec.at("hard").node().properties().stream()
                .filter(amount -> !fits(scope, amount.getKey()))
                .forEach(amount -> blamed.invalid("unsupported scope applied to resource"));
    }

    private static boolean fits(String scope, String resource) {
        boolean limited = isKnown(scope) && !scope.equals(OF_VOLUMES);
        return !limited || !UNSCOPED.contains(resource) && !(scope.equals(BEST_EFFORT) && COMPUTED.contains(resource));
    }

    private static void refuseOpposites(Set<String> seen, Field blamed) {
        OPPOSITES.stream().filter(seen::containsAll).forEach(pair -> blamed.invalid("conflicting scopes"));
    }
}

package io.lembos.apiserver.authz.rbac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.apiserver.admission.WriteGuard;
import io.lembos.apiserver.authz.Attributes;
import io.lembos.apiserver.authz.PolicyRule;
import io.lembos.apiserver.authz.RuleSource;
import io.lembos.apiserver.kinds.Kind;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Nobody gives away rights that it does not have: a role may be written, and a role be bound, only by those who have all its
 * rights themselves or the verb {@code escalate}, or {@code bind}, on it. Stateless.
 */
public final class EscalationGuard implements WriteGuard {
    private static final String GROUP = "rbac.authorization.k8s.io";
    private static final List<PolicyRule> EVERYTHING = List.of(
            new PolicyRule(List.of("*"), List.of("*"), List.of("*"), List.of(), List.of()),
            new PolicyRule(List.of("*"), List.of(), List.of(), List.of(), List.of("*")));

    private final RuleSource rules;
    private final RbacRules roles;

    /** @param rules what everybody has, from all sources */
    public EscalationGuard(RuleSource rules, RbacRules roles) {
        this.rules = rules;
        this.roles = roles;
    }

    @Override
    public void check(Kind kind, ObjectNode object, Optional<ObjectNode> old, Identity caller) {
        if (!kind.group().equals(GROUP)) {
            return;
        }
        if (object.has("roleRef")) {
            checkBinding(kind, object, old, caller);
        } else {
            checkRole(kind, object, old, caller);
        }
    }

    private void checkRole(Kind kind, ObjectNode role, Optional<ObjectNode> old, Identity caller) {
        boolean unchanged =
                old.isPresent() && same(role, old.get(), "rules") && same(role, old.get(), "aggregationRule");
        if (unchanged || may(caller, "escalate", kind.plural(), role)) {
            return;
        }
        // Who writes an aggregating role cannot know what will be in it.
        List<PolicyRule> given = role.path("aggregationRule").isObject()
                ? EVERYTHING
                : role.path("rules").valueStream().map(PolicyRule::of).toList();
        require(kind, role, caller, given);
    }

    private void checkBinding(Kind kind, ObjectNode binding, Optional<ObjectNode> old, Identity caller) {
        if (old.isPresent() && same(binding, old.get(), "roleRef") && same(binding, old.get(), "subjects")) {
            return;
        }
        JsonNode ref = binding.path("roleRef");
        boolean clusterRole = ref.path("kind").asText().equals("ClusterRole");
        String namespace = binding.path("metadata").path("namespace").asText("");
        String name = ref.path("name").asText();
        Attributes bind =
                new Attributes(caller, "bind", GROUP, clusterRole ? "clusterroles" : "roles", "", namespace, name, "");
        if (!rules.any(caller, namespace, rule -> rule.allows(bind))) {
            require(kind, binding, caller, roles.rulesOf(clusterRole ? "" : namespace, name));
        }
    }

    private boolean may(Identity caller, String verb, String plural, ObjectNode role) {
        JsonNode metadata = role.path("metadata");
        String namespace = metadata.path("namespace").asText("");
        Attributes asked = new Attributes(
                caller,
                verb,
                GROUP,
                plural,
                "",
                namespace,
                metadata.path("name").asText(),
                "");
        return rules.any(caller, namespace, rule -> rule.allows(asked));
    }

    private void require(Kind kind, ObjectNode object, Identity caller, List<PolicyRule> given) {
        JsonNode metadata = object.path("metadata");
        List<PolicyRule> held = rules.rules(caller, metadata.path("namespace").asText(""));
        List<PolicyRule> missing = RuleCover.missing(held, given);
        if (!missing.isEmpty()) {
            String groups = caller.groups().stream().map(g -> '"' + g + '"').collect(Collectors.joining(" "));
            String list = missing.stream().map(RuleCover::show).collect(Collectors.joining("\n"));
            throw ApiError.forbidden(
                    GROUP,
                    kind.plural(),
                    metadata.path("name").asText(),
                    "user \"" + caller.user() + "\" (groups=[" + groups
                            + "]) is attempting to grant RBAC permissions not currently held:\n" + list);
        }
    }

    private static boolean same(ObjectNode object, ObjectNode old, String field) {
        return object.path(field).equals(old.path(field));
    }
}

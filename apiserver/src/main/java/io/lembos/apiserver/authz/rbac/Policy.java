package io.lembos.apiserver.authz.rbac;

import io.lembos.api.authn.Identity;
import io.lembos.apiserver.authz.PolicyRule;
import java.util.List;
import java.util.function.Predicate;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * All roles and bindings at one moment, indexed by subject. Immutable; a change makes a new policy that shares everything
 * else with the old one.
 *
 * @param roles rules by role
 * @param grants by subject: the roles it is given, by the key of the binding that gives them
 * @param bindings by key
 */
record Policy(
        PMap<RoleKey, List<PolicyRule>> roles,
        PMap<SubjectKey, PMap<String, RoleKey>> grants,
        PMap<String, Binding> bindings) {
    static final Policy EMPTY = new Policy(HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty());

    /** What one binding says. */
    record Binding(RoleKey role, List<SubjectKey> subjects) {}

    Policy withRole(RoleKey key, List<PolicyRule> rules) {
        return new Policy(roles.plus(key, List.copyOf(rules)), grants, bindings);
    }

    Policy withoutRole(RoleKey key) {
        return new Policy(roles.minus(key), grants, bindings);
    }

    Policy withBinding(String key, Binding binding) {
        Policy before = withoutBinding(key);
        PMap<SubjectKey, PMap<String, RoleKey>> given = before.grants;
        for (SubjectKey subject : binding.subjects()) {
            PMap<String, RoleKey> present = given.getOrDefault(subject, HashTreePMap.empty());
            given = given.plus(subject, present.plus(key, binding.role()));
        }
        return new Policy(roles, given, before.bindings.plus(key, binding));
    }

    Policy withoutBinding(String key) {
        Binding binding = bindings.get(key);
        if (binding == null) {
            return this;
        }
        PMap<SubjectKey, PMap<String, RoleKey>> left = grants;
        for (SubjectKey subject : binding.subjects()) {
            PMap<String, RoleKey> rest =
                    left.getOrDefault(subject, HashTreePMap.empty()).minus(key);
            left = rest.isEmpty() ? left.minus(subject) : left.plus(subject, rest);
        }
        return new Policy(roles, left, bindings.minus(key));
    }

    /** Whether a rule that the identity has in exactly this scope passes the test. */
    boolean any(Identity identity, String scope, Predicate<PolicyRule> test) {
        for (SubjectKey subject : SubjectKey.of(scope, identity)) {
            PMap<String, RoleKey> given = grants.get(subject);
            if (given != null && anyOf(given, test)) {
                return true;
            }
        }
        return false;
    }

    private boolean anyOf(PMap<String, RoleKey> given, Predicate<PolicyRule> test) {
        for (RoleKey role : given.values()) {
            for (PolicyRule rule : roles.getOrDefault(role, List.of())) {
                if (test.test(rule)) {
                    return true;
                }
            }
        }
        return false;
    }
}

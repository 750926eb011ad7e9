package io.lembos.apiserver.authz;

import io.lembos.api.authn.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Rules that hold for somebody, from one place: the built-in policy, or RBAC objects. Asked by many threads. */
@FunctionalInterface
public interface RuleSource {
    /**
     * Whether any of the rules passes the test; looks no further than the first that does.
     *
     * @param namespace empty for the rules that hold everywhere; else those of this namespace as well
     */
    boolean any(Identity identity, String namespace, Predicate<PolicyRule> test);

    /** All of the rules. */
    default List<PolicyRule> rules(Identity identity, String namespace) {
        List<PolicyRule> found = new ArrayList<>();
        any(identity, namespace, rule -> !found.add(rule));
        return found;
    }

    /** The rules of several sources. */
    static RuleSource of(List<RuleSource> sources) {
        List<RuleSource> all = List.copyOf(sources);
        return (identity, namespace, test) -> {
            for (RuleSource source : all) {
                if (source.any(identity, namespace, test)) {
                    return true;
                }
            }
            return false;
        };
    }
}

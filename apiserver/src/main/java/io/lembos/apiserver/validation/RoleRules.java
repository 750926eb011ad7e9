package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import java.util.List;

/** Rules of a role: each grants verbs on resources of groups, or (cluster-wide only) on paths. */
final class RoleRules implements Rules {
    private final boolean namespaced;

    RoleRules(boolean namespaced) {
        this.namespaced = namespaced;
    }

    @Override
    public void check(ObjectNode role, List<Cause> causes) {
        JsonNode rules = role.path("rules");
        for (int i = 0; i < rules.size(); i++) {
            rule(rules.get(i), "rules[" + i + "]", causes);
        }
        JsonNode selectors = role.path("aggregationRule").path("clusterRoleSelectors");
        if (role.has("aggregationRule") && selectors.isEmpty()) {
            causes.add(Cause.required(
                    "aggregationRule.clusterRoleSelectors",
                    "at least one clusterRoleSelector required if" + " aggregationRule is non-nil"));
        }
    }

    private void rule(JsonNode rule, String path, List<Cause> causes) {
        if (rule.path("verbs").isEmpty()) {
            causes.add(Cause.required(path + ".verbs", "verbs must contain at least one value"));
        }
        if (!rule.path("nonResourceURLs").isEmpty()) {
            String at = path + ".nonResourceURLs";
            Object shown = ShownValue.of(rule.path("nonResourceURLs"));
            if (namespaced) {
                causes.add(Cause.invalid(at, shown, "namespaced rules cannot apply to non-resource URLs"));
            }
            if (!rule.path("apiGroups").isEmpty()
                    || !rule.path("resources").isEmpty()
                    || !rule.path("resourceNames").isEmpty()) {
                causes.add(
                        Cause.invalid(at, shown, "rules cannot apply to both regular resources and non-resource URLs"));
            }
            return;
        }
        if (rule.path("apiGroups").isEmpty()) {
            causes.add(Cause.required(path + ".apiGroups", "resource rules must supply at least one api group"));
        }
        if (rule.path("resources").isEmpty()) {
            causes.add(Cause.required(path + ".resources", "resource rules must supply at least one resource"));
        }
    }
}

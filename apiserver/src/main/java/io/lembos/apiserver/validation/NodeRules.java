package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A node: taints that can be told apart; an address range and a provider that, once given, stay. */
final class NodeRules implements Rules {
    @Override
    public void check(ObjectNode node, List<Cause> causes) {
        JsonNode taints = node.path("spec").path("taints");
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < taints.size(); i++) {
            JsonNode taint = taints.get(i);
            String at = "spec.taints[" + i + "]";
            String key = taint.path("key").asText("");
            String value = taint.path("value").asText("");
            if (!key.isEmpty()) {
                Names.qualifiedName(key).forEach(w -> causes.add(Cause.invalid(at + ".key", key, w)));
            }
            Names.labelValue(value).forEach(w -> causes.add(Cause.invalid(at + ".value", value, w)));
            if (!seen.add(key + ":" + taint.path("effect").asText(""))) {
                causes.add(Cause.duplicate(at, ShownValue.of(taint)));
            }
        }
    }

    @Override
    public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
        stays(updated, old, "podCIDRs", "podCIDR", causes);
        stays(updated, old, "providerID", "providerID", causes);
    }

    private static void stays(ObjectNode updated, ObjectNode old, String field, String word, List<Cause> causes) {
        JsonNode before = old.path("spec").path(field);
        boolean given =
                before.isArray() ? !before.isEmpty() : !before.asText("").isEmpty();
        if (given && !before.equals(updated.path("spec").path(field))) {
            causes.add(Cause.forbidden(
                    "spec." + field, "node updates may not change " + word + " except from \"\" to valid"));
        }
    }
}

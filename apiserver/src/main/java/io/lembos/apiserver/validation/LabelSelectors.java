package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.Cause;
import java.util.List;

/** Label selectors inside objects: their form, and whether they select given labels. Pure. */
final class LabelSelectors {
    private LabelSelectors() {}

    static boolean isEmpty(JsonNode selector) {
        return selector.path("matchLabels").isEmpty()
                && selector.path("matchExpressions").isEmpty();
    }

    static void check(JsonNode selector, String path, List<Cause> causes) {
        MetadataRules.labels(selector.path("matchLabels"), path + ".matchLabels", causes);
        JsonNode expressions = selector.path("matchExpressions");
        for (int i = 0; i < expressions.size(); i++) {
            expression(expressions.get(i), path + ".matchExpressions[" + i + "]", causes);
        }
    }

    private static void expression(JsonNode expression, String path, List<Cause> causes) {
        String key = expression.path("key").asText("");
        boolean hasValues = !expression.path("values").isEmpty();
        switch (expression.path("operator").asText("")) {
            case "In", "NotIn" -> {
                if (!hasValues) {
                    causes.add(
                            Cause.required(path + ".values", "must be specified when `operator` is 'In' or 'NotIn'"));
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (hasValues) {
                    causes.add(Cause.forbidden(
                            path + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
                }
            }
            default ->
                causes.add(Cause.invalid(
                        path + ".operator", expression.path("operator").asText(""), "not a valid selector operator"));
        }
        Names.qualifiedName(key).forEach(w -> causes.add(Cause.invalid(path + ".key", key, w)));
    }

    /** Accepts both forms: a LabelSelector, and the plain map of a ReplicationController. */
    static boolean selects(JsonNode selector, JsonNode labels) {
        boolean plain = !selector.has("matchLabels") && !selector.has("matchExpressions");
        boolean equal = (plain ? selector : selector.path("matchLabels"))
                .properties().stream().allMatch(e -> e.getValue().equals(labels.path(e.getKey())));
        return equal && selector.path("matchExpressions").valueStream().allMatch(e -> holds(e, labels));
    }

    private static boolean holds(JsonNode expression, JsonNode labels) {
        JsonNode value = labels.path(expression.path("key").asText());
        boolean listed = expression.path("values").valueStream().anyMatch(value::equals);
        return switch (expression.path("operator").asText("")) {
            case "In" -> listed;
            case "NotIn" -> !listed;
            case "Exists" -> !value.isMissingNode();
            case "DoesNotExist" -> value.isMissingNode();
            default -> false;
        };
    }
}

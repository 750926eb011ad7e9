package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import io.lembos.api.quantity.Quantity;
import java.util.List;
import java.util.Map;

/** What limits and orders pods: priorities, disruption budgets, quotas, ranges, runtimes. */
final class PolicyRules {
    private static final String SYSTEM = "system-";
    private static final int USER_PRIORITY_MAX = 1_000_000_000;
    private static final Map<String, Integer> SYSTEM_PRIORITIES =
            Map.of("system-cluster-critical", 2_000_000_000, "system-node-critical", 2_000_001_000);

    private static final Rules PRIORITY_CLASS = new Rules() {
        @Override
        public void check(ObjectNode object, List<Cause> causes) {
            priority(Field.of(object, causes));
        }

        @Override
        public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
            Field object = Field.of(updated, causes);
            if (updated.path("value").asInt(0) != old.path("value").asInt(0)) {
                object.at("value").forbidden("may not be changed in an update.");
            }
            object.at("preemptionPolicy").immutable(old.path("preemptionPolicy"));
        }
    };

    private static final Rules BUDGET = (object, causes) -> {
        Field spec = Field.of(object, causes).at("spec");
        if (spec.has("minAvailable") && spec.has("maxUnavailable")) {
            spec.invalid("minAvailable and maxUnavailable cannot be both set");
        }
        for (String field : List.of("minAvailable", "maxUnavailable")) {
            amount(spec.at(field));
        }
        LabelSelectors.check(spec.node().path("selector"), "spec.selector", causes);
        spec.at("unhealthyPodEvictionPolicy").oneOf(List.of("AlwaysAllow", "IfHealthyBudget"));
    };

    private static final Rules LIMIT_RANGE =
            (object, causes) -> Field.of(object, causes).at("spec").each("limits", PolicyRules::limit);

    private static final Rules RUNTIME_CLASS = new Rules() {
        @Override
        public void check(ObjectNode object, List<Cause> causes) {
            Field.of(object, causes).at("handler").form(h -> h.isEmpty() ? List.of() : Names.label(h));
        }

        @Override
        public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
            Field.of(updated, causes).at("handler").immutable(old.path("handler"));
        }
    };

    private PolicyRules() {}

    static Map<String, Rules> byName() {
        return Map.of(
                "PriorityClass", PRIORITY_CLASS,
                "PodDisruptionBudget", BUDGET,
                "ResourceQuota", new QuotaRules(),
                "LimitRange", LIMIT_RANGE,
                "RuntimeClass", RUNTIME_CLASS,
                "GroupEvent", new GroupEventRules());
    }

    private static void priority(Field priority) {
        String name = priority.at("metadata").text("name");
        int value = (int) priority.number("value");
        if (name.startsWith(SYSTEM)) {
            String why = null;
            Integer known = SYSTEM_PRIORITIES.get(name);
            if (known == null) {
                why = name + " is not a known system priority class";
            } else if (known != value) {
                why = "value of " + name + " PriorityClass must be " + known;
            } else if (priority.node().path("globalDefault").asBoolean(false)) {
                why = "globalDefault of " + name + " PriorityClass must be false";
            }
            if (why != null) {
                priority.at("metadata")
                        .at("name")
                        .forbidden(
                                "priority class names with 'system-' prefix are reserved for system use only. error: "
                                        + why);
            }
        } else if (value > USER_PRIORITY_MAX) {
            priority.at("value").forbidden("maximum allowed value of a user defined priority is " + USER_PRIORITY_MAX);
        }
    }

    private static void amount(Field amount) {
        JsonNode value = amount.node();
        if (value.isInt() && value.asInt() < 0) {
            amount.invalid("must be greater than or equal to 0");
        } else if (value.isTextual() && !value.asText().matches("[0-9]+%")) {
            amount.invalid("a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or"
                    + " '93%', regex used for validation is '[0-9]+%')");
        } else if (value.isTextual()
                && (value.asText().length() > 4
                        || Integer.parseInt(value.asText().replace("%", "")) > 100)) {
            amount.invalid("must not be greater than 100%");
        }
    }

    /** Per resource: the least is not more than the default request, that not more than the default, that than the most. */
    private static void limit(Field limit) {
        List<String> ordered = List.of("min", "defaultRequest", "default", "max");
        for (int low = 0; low < ordered.size(); low++) {
            for (int high = low + 1; high < ordered.size(); high++) {
                compare(limit, ordered.get(low), ordered.get(high));
            }
        }
    }

    private static void compare(Field limit, String low, String high) {
        for (var amount : limit.node().path(low).properties()) {
            JsonNode other = limit.node().path(high).path(amount.getKey());
            String value = amount.getValue().asText();
            if (!other.isMissingNode() && Quantity.parse(value).compareTo(Quantity.parse(other.asText())) > 0) {
                limit.causes()
                        .add(Cause.invalid(
                                limit.path() + "." + low + "[" + amount.getKey() + "]",
                                value,
                                words(low) + " value " + value + " is greater than " + words(high) + " value "
                                        + other.asText()));
            }
        }
    }

    private static String words(String field) {
        return field.equals("defaultRequest") ? "default request" : field;
    }
}

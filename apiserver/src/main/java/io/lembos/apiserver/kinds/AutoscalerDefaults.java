package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** How fast an autoscaler that says something about its behaviour acts where it says nothing. Pure but for its argument. */
final class AutoscalerDefaults {
    private static final int UP_PODS = 4;
    private static final int ALL_PERCENT = 100;
    private static final int PERIOD_SECONDS = 15;

    private AutoscalerDefaults() {}

    static void behavior(ObjectNode behavior) {
        ObjectNode up = behavior.withObjectProperty("scaleUp");
        boolean upPolicies = up.has("policies");
        complete(up);
        if (!upPolicies) {
            ArrayNode policies = up.putArray("policies");
            policy(policies, "Pods", UP_PODS);
            policy(policies, "Percent", ALL_PERCENT);
        }
        if (!up.has("stabilizationWindowSeconds")) {
            up.put("stabilizationWindowSeconds", 0);
        }
        ObjectNode down = behavior.withObjectProperty("scaleDown");
        boolean downPolicies = down.has("policies");
        complete(down);
        if (!downPolicies) {
            policy(down.putArray("policies"), "Percent", ALL_PERCENT);
        }
    }

    private static void complete(ObjectNode rules) {
        if (rules.path("selectPolicy").asText("").isEmpty()) {
            rules.put("selectPolicy", "Max");
        }
    }

    private static void policy(ArrayNode policies, String type, int value) {
        policies.addObject().put("type", type).put("value", value).put("periodSeconds", PERIOD_SECONDS);
    }
}

package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.kinds.AutoscalerConversion;
import java.util.List;

/** An autoscaler: something to scale, bounds that leave room, metrics that have a target. Rules are of version 2. */
final class AutoscalerRules implements Rules {
    /** Seen as version 2, in whose fields every version is judged. */
    static final Rules V1 = new Rules() {
        private final AutoscalerConversion conversion = new AutoscalerConversion();
        private final Rules rules = new AutoscalerRules();

        @Override
        public void check(ObjectNode object, List<Cause> causes) {
            rules.check(conversion.toStorage(object), causes);
        }
    };

    private static final int WINDOW_SECONDS_MAX = 3600;
    private static final int PERIOD_SECONDS_MAX = 1800;
    private static final List<String> SOURCES = List.of("ContainerResource", "External", "Object", "Pods", "Resource");

    @Override
    public void check(ObjectNode object, List<Cause> causes) {
        Field spec = Field.of(object, causes).at("spec");
        long least = spec.node().path("minReplicas").asLong(1);
        if (least < 1) {
            spec.at("minReplicas").invalid("must be greater than or equal to 1");
        }
        long most = spec.number("maxReplicas");
        if (most < 1) {
            causes.add(Cause.invalid("spec.maxReplicas", most, "must be greater than 0"));
        }
        if (spec.has("minReplicas") && most < least) {
            causes.add(Cause.invalid("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`"));
        }
        reference(spec.at("scaleTargetRef"));
        spec.each("metrics", AutoscalerRules::metric);
        for (String direction : List.of("scaleUp", "scaleDown")) {
            if (spec.at("behavior").has(direction)) {
                scaling(spec.at("behavior").at(direction));
            }
        }
    }

    private static void reference(Field reference) {
        for (String field : List.of("kind", "name")) {
            reference.require(field, "");
            reference.at(field).form(Names::pathSegment);
        }
    }

    private static void metric(Field metric) {
        Field type = metric.at("type");
        if (type.text().isEmpty()) {
            type.required("must specify a metric source type");
            return;
        }
        if (!SOURCES.contains(type.text())) {
            type.notSupported(SOURCES);
            return;
        }
        for (String source : SOURCES) {
            String field = Character.toLowerCase(source.charAt(0)) + source.substring(1);
            if (source.equals(type.text()) && !metric.has(field)) {
                metric.at(field).required("must populate information for the given metric source");
            } else if (!source.equals(type.text()) && metric.has(field)) {
                metric.at(field).forbidden("must populate the given metric source only");
            } else if (metric.has(field)) {
                source(metric.at(field), source);
            }
        }
    }

    private static void source(Field source, String type) {
        Field target = source.at("target");
        target.require("type", "must specify a metric target type");
        target.at("type").oneOf(List.of("AverageValue", "Utilization", "Value"));
        if (type.equals("Resource") || type.equals("ContainerResource")) {
            source.require("name", "must specify a resource name");
            if (target.has("averageUtilization") && target.number("averageUtilization") < 1) {
                target.at("averageUtilization").invalid("must be greater than 0");
            }
            if (!target.has("averageUtilization") && !target.has("averageValue")) {
                target.at("averageUtilization").required("must set either a target raw value or a target utilization");
            } else if (target.has("averageUtilization") && target.has("averageValue")) {
                target.at("averageValue").forbidden("may not set both a target raw value and a target utilization");
            }
        } else {
            source.at("metric").require("name", "must specify a metric name");
        }
    }

    private static void scaling(Field rules) {
        Field window = rules.at("stabilizationWindowSeconds");
        if (window.exists() && window.node().asLong() < 0) {
            window.invalid("must be greater than or equal to zero");
        } else if (window.exists() && window.node().asLong() > WINDOW_SECONDS_MAX) {
            window.invalid("must be less than or equal to " + WINDOW_SECONDS_MAX);
        }
        if (rules.node().path("policies").isArray()
                && rules.node().path("policies").isEmpty()) {
            rules.at("policies").required("must specify at least one Policy");
        }
        rules.each("policies", policy -> {
            policy.at("type").oneOf(List.of("Percent", "Pods"));
            positive(policy.at("value"));
            positive(policy.at("periodSeconds"));
            if (policy.number("periodSeconds") > PERIOD_SECONDS_MAX) {
                policy.at("periodSeconds").invalid("must be less than or equal to " + PERIOD_SECONDS_MAX);
            }
        });
    }

    private static void positive(Field number) {
        if (number.node().asLong(0) <= 0) {
            number.invalid("must be greater than zero");
        }
    }
}

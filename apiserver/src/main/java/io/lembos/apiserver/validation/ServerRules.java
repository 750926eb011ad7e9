package io.lembos.apiserver.validation;

import io.lembos.api.error.Cause;
import java.util.List;
import java.util.Map;

/** Aggregated API services and flow control. */
final class ServerRules {
    private static final int PRECEDENCE_MAX = 10000;
    private static final int GROUP_PRIORITY_MAX = 20000;
    private static final int VERSION_PRIORITY_MAX = 1000;

    private static final Rules API_SERVICE = (object, causes) -> apiService(Field.of(object, causes));

    private static final Rules FLOW_SCHEMA = (object, causes) -> {
        Field spec = Field.of(object, causes).at("spec");
        long precedence = spec.number("matchingPrecedence");
        if (precedence <= 0) {
            spec.at("matchingPrecedence").invalid("must be a positive value");
        } else if (precedence > PRECEDENCE_MAX) {
            spec.at("matchingPrecedence").invalid("must not be greater than " + PRECEDENCE_MAX);
        }
        if (spec.has("distinguisherMethod")) {
            spec.at("distinguisherMethod").require("type", "");
            spec.at("distinguisherMethod").at("type").oneOf(List.of("ByNamespace", "ByUser"));
        }
        spec.at("priorityLevelConfiguration").require("name", "must reference a priority level");
        spec.each("rules", ServerRules::flowRule);
    };

    private static final Rules PRIORITY_LEVEL = (object, causes) -> {
        Field spec = Field.of(object, causes).at("spec");
        String type = spec.text("type");
        switch (type) {
            case "Exempt" -> {
                if (spec.has("limited")) {
                    spec.at("limited").forbidden("must be nil if the type is not Limited");
                }
            }
            case "Limited" -> {
                if (spec.has("exempt")) {
                    spec.at("exempt").forbidden("must be nil if the type is Limited");
                }
                if (!spec.has("limited")) {
                    spec.at("limited").required("must not be empty when type is Limited");
                } else {
                    limited(spec.at("limited"));
                }
            }
            default -> spec.at("type").notSupported(List.of("Exempt", "Limited"));
        }
    };

    private ServerRules() {}

    static Map<String, Rules> byName() {
        return Map.of(
                "APIService", API_SERVICE, "FlowSchema", FLOW_SCHEMA, "PriorityLevelConfiguration", PRIORITY_LEVEL);
    }

    private static void apiService(Field service) {
        Field spec = service.at("spec");
        String wanted = spec.text("version") + "." + spec.text("group");
        Field name = service.at("metadata").at("name");
        if (!name.text().equals(wanted)) {
            name.invalid("must be `spec.version+\".\"+spec.group`: \"" + wanted + "\"");
        }
        if (spec.text("group").isEmpty() && !spec.text("version").equals("v1")) {
            spec.at("group").required("only v1 may have an empty group and it better be legacy kube");
        }
        spec.at("group").form(group -> group.isEmpty() ? List.of() : Names.subdomain(group));
        spec.at("version").form(Names::label1035);
        priority(spec.at("groupPriorityMinimum"), GROUP_PRIORITY_MAX);
        priority(spec.at("versionPriority"), VERSION_PRIORITY_MAX);
        boolean bundle = !spec.text("caBundle").isEmpty();
        boolean skips = spec.node().path("insecureSkipTLSVerify").asBoolean(false);
        if (!spec.has("service")) {
            if (bundle) {
                spec.at("caBundle").invalid("local APIServices may not have a caBundle");
            }
            if (skips) {
                spec.at("insecureSkipTLSVerify").invalid("local APIServices may not have insecureSkipTLSVerify");
            }
            return;
        }
        spec.at("service").require("namespace", "");
        spec.at("service").require("name", "");
        if (skips && bundle) {
            spec.at("insecureSkipTLSVerify").invalid("may not be true if caBundle is present");
        }
    }

    private static void priority(Field priority, int max) {
        long value = priority.node().asLong(0);
        if (value <= 0 || value > max) {
            priority.causes().add(Cause.invalid(priority.path(), value, "must be positive and less than " + max));
        }
    }

    private static void flowRule(Field rule) {
        rule.require("subjects", "subjects must contain at least one value");
        if (rule.node().path("resourceRules").isEmpty()
                && rule.node().path("nonResourceRules").isEmpty()) {
            rule.required("at least one of resourceRules and nonResourceRules has to be non-empty");
        }
        rule.each("subjects", subject -> {
            Field kind = subject.at("kind");
            switch (kind.text()) {
                case "User" -> subject.at("user").require("name", "");
                case "Group" -> subject.at("group").require("name", "");
                case "ServiceAccount" -> subject.at("serviceAccount").require("name", "");
                default -> kind.notSupported(List.of("Group", "ServiceAccount", "User"));
            }
        });
        rule.each("resourceRules", resources -> {
            resources.require("verbs", "verbs must contain at least one value");
            resources.require("apiGroups", "resource rules must supply at least one api group");
            resources.require("resources", "resource rules must supply at least one resource");
            boolean cluster = resources.node().path("clusterScope").asBoolean(false);
            if (resources.node().path("namespaces").isEmpty() && !cluster) {
                resources
                        .at("namespaces")
                        .required("resource rules that are not cluster scoped must supply at least one namespace");
            }
        });
        rule.each("nonResourceRules", paths -> {
            paths.require("verbs", "verbs must contain at least one value");
            paths.require("nonResourceURLs", "nonResourceURLs must contain at least one value");
        });
    }

    private static void limited(Field limited) {
        if (limited.number("nominalConcurrencyShares") < 0) {
            limited.at("nominalConcurrencyShares").invalid("must be a non-negative integer");
        }
        Field response = limited.at("limitResponse");
        switch (response.text("type")) {
            case "Reject" -> {
                if (response.has("queuing")) {
                    response.at("queuing").forbidden("must be nil if limited.limitResponse.type is not Limited");
                }
            }
            case "Queue" -> {
                if (!response.has("queuing")) {
                    response.at("queuing").required("must not be empty if limited.limitResponse.type is Limited");
                } else {
                    queuing(response.at("queuing"));
                }
            }
            default -> response.at("type").notSupported(List.of("Queue", "Reject"));
        }
    }

    private static void queuing(Field queuing) {
        for (String field : List.of("queueLengthLimit", "queues", "handSize")) {
            if (queuing.number(field) <= 0) {
                queuing.at(field).invalid("must be positive");
            }
        }
        if (queuing.number("handSize") > queuing.number("queues")) {
            queuing.at("handSize").invalid("should not be greater than queues (" + queuing.number("queues") + ")");
        }
    }
}

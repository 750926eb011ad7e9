package io.lembos.apiserver.validation;

import io.lembos.api.error.Cause;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Admission webhooks and policies: what they look at, whom they ask, what happens if that fails. */
final class AdmissionRules {
    private static final List<String> OPERATIONS = List.of("*", "CONNECT", "CREATE", "DELETE", "UPDATE");
    private static final List<String> SCOPES = List.of("*", "Cluster", "Namespaced");
    private static final List<String> SIDE_EFFECTS = List.of("None", "NoneOnDryRun");
    private static final List<String> REVIEWS = List.of("v1", "v1beta1");
    private static final int TIMEOUT_SECONDS_MAX = 30;

    private static final Rules WEBHOOKS = (object, causes) -> {
        Set<String> names = new HashSet<>();
        Field.of(object, causes).each("webhooks", webhook -> {
            if (!names.add(webhook.text("name"))) {
                webhook.at("name").duplicate();
            }
            webhook(webhook);
        });
    };

    private static final Rules VALIDATING_POLICY = (object, causes) -> {
        Field spec = Field.of(object, causes).at("spec");
        policy(spec);
        if (spec.node().path("validations").isEmpty()
                && spec.node().path("auditAnnotations").isEmpty()) {
            spec.at("validations").required("validations or auditAnnotations must contain at least one item");
        }
        spec.each("validations", v -> v.require("expression", "expression is not specified"));
        spec.each("auditAnnotations", a -> {
            a.require("key", "");
            a.require("valueExpression", "valueExpression is not specified");
        });
    };

    private static final Rules MUTATING_POLICY = (object, causes) -> {
        Field spec = Field.of(object, causes).at("spec");
        policy(spec);
        spec.require("mutations", "mutations must contain at least one item");
        spec.each("mutations", AdmissionRules::mutation);
        spec.require("reinvocationPolicy", "");
        spec.at("reinvocationPolicy").oneOf(List.of("IfNeeded", "Never"));
    };

    private static final Rules VALIDATING_BINDING = (object, causes) -> {
        Field spec = Field.of(object, causes).at("spec");
        binding(spec);
        spec.require("validationActions", "at least one validation action is required");
        Set<String> actions = new HashSet<>();
        spec.each("validationActions", action -> {
            action.oneOf(List.of("Audit", "Deny", "Warn"));
            if (!actions.add(action.text())) {
                action.duplicate();
            }
        });
        if (actions.containsAll(List.of("Deny", "Warn"))) {
            spec.at("validationActions")
                    .invalid("must not contain both Deny and Warn (repeating the same validation failure information in"
                            + " the API response and headers serves no purpose)");
        }
    };

    private static final Rules MUTATING_BINDING =
            (object, causes) -> binding(Field.of(object, causes).at("spec"));

    private AdmissionRules() {}

    static Map<String, Rules> byName() {
        return Map.of(
                "WebhookConfiguration", WEBHOOKS,
                "ValidatingAdmissionPolicy", VALIDATING_POLICY,
                "MutatingAdmissionPolicy", MUTATING_POLICY,
                "ValidatingAdmissionPolicyBinding", VALIDATING_BINDING,
                "MutatingAdmissionPolicyBinding", MUTATING_BINDING);
    }

    private static void webhook(Field webhook) {
        Field name = webhook.at("name");
        if (!name.text().isEmpty()) {
            name.form(Names::subdomain);
            if (name.text().split("\\.").length < 3) {
                name.invalid("should be a domain with at least three segments separated by dots");
            }
        }
        webhook.each("rules", AdmissionRules::rule);
        Field effects = webhook.at("sideEffects");
        if (effects.text().isEmpty()) {
            effects.required("must specify one of " + String.join(", ", SIDE_EFFECTS));
        } else {
            effects.oneOf(SIDE_EFFECTS);
        }
        Field timeout = webhook.at("timeoutSeconds");
        if (timeout.exists() && (timeout.node().asInt() < 1 || timeout.node().asInt() > TIMEOUT_SECONDS_MAX)) {
            timeout.invalid("the timeout value must be between 1 and 30 seconds");
        }
        reviews(webhook);
        client(webhook.at("clientConfig"));
        webhook.each("matchConditions", c -> {
            c.require("name", "");
            c.require("expression", "");
        });
    }

    private static void reviews(Field webhook) {
        Field versions = webhook.at("admissionReviewVersions");
        if (versions.node().isEmpty()) {
            versions.required("must specify one of " + String.join(", ", REVIEWS));
        } else if (versions.node().valueStream().noneMatch(v -> REVIEWS.contains(v.asText()))) {
            versions.invalid("must include at least one of " + String.join(", ", REVIEWS));
        }
    }

    private static void client(Field client) {
        Field url = client.at("url");
        if (url.exists() == client.has("service")) {
            client.required("exactly one of url or service is required");
        } else if (url.exists() && !url.text().startsWith("https://")) {
            url.invalid("'https' is the only allowed URL scheme; desired format: https://host[/path]");
        } else if (client.has("service")) {
            Field service = client.at("service");
            service.require("name", "service name is required");
            service.require("namespace", "service namespace is required");
            Field port = service.at("port");
            if (port.exists() && (port.node().asInt() < 1 || port.node().asInt() > 65535)) {
                port.invalid("port is not valid: must be between 1 and 65535, inclusive");
            }
        }
    }

    private static void rule(Field rule) {
        for (String list : List.of("operations", "apiGroups", "apiVersions", "resources")) {
            rule.require(list, "");
            boolean all = rule.node()
                    .path(list)
                    .valueStream()
                    .anyMatch(v -> v.asText().equals("*"));
            if (all && rule.node().path(list).size() > 1 && !list.equals("resources")) {
                rule.at(list).invalid("if '*' is present, must not specify other " + words(list));
            }
        }
        rule.each("operations", operation -> operation.oneOf(OPERATIONS));
        rule.at("scope").oneOf(SCOPES);
    }

    private static String words(String list) {
        return switch (list) {
            case "apiGroups" -> "API groups";
            case "apiVersions" -> "API versions";
            default -> list;
        };
    }

    private static void policy(Field spec) {
        if (spec.has("paramKind")) {
            spec.at("paramKind").require("apiVersion", "");
            spec.at("paramKind").require("kind", "");
        }
        Field constraints = spec.at("matchConstraints");
        if (!constraints.exists()) {
            constraints.required("");
        } else {
            constraints.require("resourceRules", "");
            constraints.each("resourceRules", AdmissionRules::rule);
            constraints.each("excludeResourceRules", AdmissionRules::rule);
        }
        spec.each("matchConditions", c -> {
            c.require("name", "");
            c.require("expression", "");
        });
        spec.each("variables", v -> {
            v.require("name", "name is not specified");
            v.require("expression", "expression is not specified");
        });
    }

    private static void mutation(Field mutation) {
        Field type = mutation.at("patchType");
        switch (type.text()) {
            case "" -> type.required("");
            case "ApplyConfiguration" -> source(mutation, "applyConfiguration", "ApplyConfiguration");
            case "JSONPatch" -> source(mutation, "jsonPatch", "JSONPatch");
            default -> type.notSupported(List.of("ApplyConfiguration", "JSONPatch"));
        }
    }

    private static void source(Field mutation, String field, String type) {
        if (!mutation.has(field)) {
            mutation.at(field).required("must be specified when patchType is " + type);
        } else {
            mutation.at(field).require("expression", "expression is not specified");
        }
    }

    private static void binding(Field spec) {
        spec.require("policyName", "");
        if (spec.has("paramRef")) {
            Field ref = spec.at("paramRef");
            if (ref.has("name") == ref.has("selector")) {
                ref.at("name")
                        .causes()
                        .add(
                                ref.has("name")
                                        ? Cause.forbidden(
                                                ref.path() + ".name", "name and selector are mutually exclusive")
                                        : Cause.required(ref.path(), "one of name or selector must be specified"));
            }
            ref.require("parameterNotFoundAction", "");
            ref.at("parameterNotFoundAction").oneOf(List.of("Allow", "Deny"));
        }
    }
}

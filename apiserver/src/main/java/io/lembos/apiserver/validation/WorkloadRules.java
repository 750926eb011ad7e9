package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import java.util.List;
import java.util.Set;

/**
 * Kinds that keep pods from a template: the selector is there, selects what the template makes and never changes; the
 * template's pods restart always; the rollout can make progress.
 */
final class WorkloadRules implements Rules {
    /** What differs between the kinds. */
    enum Form {
        DEPLOYMENT("deployment"),
        REPLICA_SET("deployment"),
        STATEFUL_SET("statefulset"),
        DAEMON_SET("daemonset"),
        REPLICATION_CONTROLLER("");

        private final String word;

        Form(String word) {
            this.word = word;
        }
    }

    private static final Set<String> STATEFUL_SET_MAY_CHANGE = Set.of(
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds");

    private final Form form;

    WorkloadRules(Form form) {
        this.form = form;
    }

    @Override
    public void check(ObjectNode object, List<Cause> causes) {
        JsonNode spec = object.path("spec");
        JsonNode template = spec.path("template");
        selector(spec, template, causes);
        PodTemplateRules.check(template, "spec.template", causes);
        restartPolicy(template.path("spec"), causes);
        if (form == Form.DEPLOYMENT) {
            deployment(spec, causes);
        } else if (form == Form.DAEMON_SET) {
            daemonSet(spec.path("updateStrategy").path("rollingUpdate"), causes);
        }
    }

    @Override
    public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
        JsonNode spec = updated.path("spec");
        JsonNode oldSpec = old.path("spec");
        if (form == Form.STATEFUL_SET) {
            statefulSetUpdate(spec, oldSpec, causes);
        } else if (form != Form.REPLICATION_CONTROLLER && !spec.path("selector").equals(oldSpec.path("selector"))) {
            causes.add(Cause.invalid(
                    "spec.selector", ShownValue.labelSelector(spec.path("selector")), "field is immutable"));
        }
    }

    private void selector(JsonNode spec, JsonNode template, List<Cause> causes) {
        JsonNode selector = spec.path("selector");
        if (form == Form.REPLICATION_CONTROLLER) {
            if (selector.isEmpty()) {
                causes.add(Cause.required("spec.selector", ""));
            }
        } else if (spec.has("selector") && LabelSelectors.isEmpty(selector)) {
            causes.add(Cause.invalid(
                    "spec.selector", ShownValue.labelSelector(selector), "empty selector is invalid for " + form.word));
        }
        LabelSelectors.check(
                form == Form.REPLICATION_CONTROLLER ? spec.path("none") : selector, "spec.selector", causes);
        JsonNode labels = template.path("metadata").path("labels");
        if (!selector.isEmpty() && !LabelSelectors.selects(selector, labels)) {
            causes.add(Cause.invalid(
                    "spec.template.metadata.labels",
                    ShownValue.map(labels),
                    "`selector` does not match template `labels`"));
        }
    }

    private static void restartPolicy(JsonNode podSpec, List<Cause> causes) {
        String policy = podSpec.path("restartPolicy").asText("Always");
        if (List.of("Never", "OnFailure").contains(policy)) {
            causes.add(Cause.notSupported("spec.template.spec.restartPolicy", policy, List.of("Always")));
        }
        if (podSpec.has("activeDeadlineSeconds")) {
            causes.add(Cause.forbidden(
                    "spec.template.spec.activeDeadlineSeconds",
                    "activeDeadlineSeconds in ReplicaSet is not Supported"));
        }
    }

    private static void deployment(JsonNode spec, List<Cause> causes) {
        JsonNode strategy = spec.path("strategy");
        JsonNode rolling = strategy.path("rollingUpdate");
        String path = "spec.strategy.rollingUpdate";
        if (strategy.path("type").asText().equals("Recreate") && !rolling.isMissingNode()) {
            causes.add(Cause.forbidden(path, "may not be specified when strategy `type` is 'Recreate'"));
            return;
        }
        amount(rolling.path("maxUnavailable"), path + ".maxUnavailable", causes);
        amount(rolling.path("maxSurge"), path + ".maxSurge", causes);
        if (isZero(rolling.path("maxUnavailable")) && isZero(rolling.path("maxSurge"))) {
            causes.add(Cause.invalid(
                    path + ".maxUnavailable",
                    ShownValue.of(rolling.path("maxUnavailable")),
                    "may not be 0 when `maxSurge` is 0"));
        }
        int deadline = spec.path("progressDeadlineSeconds").asInt(Integer.MAX_VALUE);
        if (deadline <= spec.path("minReadySeconds").asInt(0)) {
            causes.add(Cause.invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"));
        }
    }

    private static void daemonSet(JsonNode rolling, List<Cause> causes) {
        String path = "spec.updateStrategy.rollingUpdate";
        amount(rolling.path("maxUnavailable"), path + ".maxUnavailable", causes);
        amount(rolling.path("maxSurge"), path + ".maxSurge", causes);
        if (isZero(rolling.path("maxUnavailable")) && isZero(rolling.path("maxSurge"))) {
            causes.add(Cause.required(path + ".maxUnavailable", "cannot be 0 when maxSurge is 0"));
        }
    }

    private static void amount(JsonNode value, String path, List<Cause> causes) {
        if (value.isTextual() && !value.asText().matches("[0-9]+%")) {
            causes.add(Cause.invalid(
                    path,
                    value.asText(),
                    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%',"
                            + " regex used for validation is '[0-9]+%')"));
        } else if (value.isInt() && value.asInt() < 0) {
            causes.add(Cause.invalid(path, value.asInt(), "must be greater than or equal to 0"));
        }
    }

    private static boolean isZero(JsonNode value) {
        return value.isInt() && value.asInt() == 0 || value.asText("").equals("0%");
    }

    private static void statefulSetUpdate(JsonNode spec, JsonNode old, List<Cause> causes) {
        if (!fixed(spec).equals(fixed(old))) {
            causes.add(Cause.forbidden(
                    "spec",
                    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template',"
                            + " 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and"
                            + " 'minReadySeconds' are forbidden"));
        }
    }

    private static JsonNode fixed(JsonNode spec) {
        return spec instanceof ObjectNode present ? present.deepCopy().without(STATEFUL_SET_MAY_CHANGE) : spec;
    }
}

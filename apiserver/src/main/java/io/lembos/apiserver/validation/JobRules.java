package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import java.util.ArrayList;
import java.util.List;

/**
 * A job: pods that end, selected by nobody else, from a template that stays. A cron job: a schedule that can be read, and a
 * job that can be made.
 */
final class JobRules implements Rules {
    static final Rules CRON_JOB = (object, causes) -> cronJob(Field.of(object, causes));

    private static final int CRON_NAME_CHARS_MAX = 52;
    private static final String PREFIX = "batch.kubernetes.io/";
    private static final List<String> FIXED = List.of(
            "selector",
            "template",
            "completionMode",
            "podFailurePolicy",
            "backoffLimitPerIndex",
            "managedBy",
            "successPolicy");
    private static final List<String> SCHEDULING =
            List.of("nodeSelector", "tolerations", "affinity", "schedulingGates", "resources");

    @Override
    public void check(ObjectNode job, List<Cause> causes) {
        Field spec = Field.of(job, causes).at("spec");
        spec(spec);
        JsonNode labels = spec.node().path("template").path("metadata").path("labels");
        JsonNode selector = spec.node().path("selector");
        if (selector.isMissingNode()) {
            spec.at("selector").required("");
            return;
        }
        LabelSelectors.check(selector, "spec.selector", causes);
        if (!LabelSelectors.selects(selector, labels)) {
            causes.add(Cause.invalid(
                    "spec.template.metadata.labels",
                    ShownValue.map(labels),
                    "`selector` does not match template `labels`"));
        }
    }

    @Override
    public void checkCreate(ObjectNode job, List<Cause> causes) {
        JsonNode spec = job.path("spec");
        if (!spec.path("manualSelector").asBoolean(false)) {
            generated(job, spec.path("template").path("metadata").path("labels"), causes);
        }
    }

    /** Labels that tell the pods of this job from all others. */
    private static void generated(ObjectNode job, JsonNode labels, List<Cause> causes) {
        String uid = job.path("metadata").path("uid").asText("");
        String name = job.path("metadata").path("name").asText("");
        for (String prefix : List.of("", PREFIX)) {
            label(labels, prefix + "controller-uid", uid, causes);
            label(labels, prefix + "job-name", name, causes);
        }
        JsonNode selector = job.path("spec").path("selector");
        String selected = selector.path("matchLabels")
                .path(PREFIX + "controller-uid")
                .asText(selector.path("matchLabels").path("controller-uid").asText(""));
        if (!selected.equals(uid)) {
            causes.add(Cause.invalid(
                    "spec.selector", ShownValue.labelSelector(selector), "`selector` not auto-generated"));
        }
    }

    private static void label(JsonNode labels, String key, String expected, List<Cause> causes) {
        String path = "spec.template.metadata.labels[" + key + "]";
        if (!labels.has(key)) {
            causes.add(Cause.required(path, "must be '" + expected + "'"));
        } else if (!labels.path(key).asText().equals(expected)) {
            causes.add(Cause.invalid(path, ShownValue.map(labels), "must be '" + expected + "'"));
        }
    }

    private static void spec(Field spec) {
        Field template = spec.at("template");
        PodTemplateRules.check(template.node(), template.path(), spec.causes());
        Field policy = template.at("spec").at("restartPolicy");
        if (!List.of("", "OnFailure", "Never").contains(policy.text())) {
            policy.required("valid values: \"OnFailure\", \"Never\"");
        }
        boolean indexed = spec.text("completionMode").equals("Indexed");
        if (indexed && !spec.has("completions")) {
            spec.at("completions").required("when completion mode is Indexed");
        }
        if (!indexed && spec.has("backoffLimitPerIndex")) {
            spec.at("backoffLimitPerIndex").invalid("requires indexed completion mode");
        }
    }

    @Override
    public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
        Field spec = Field.of(updated, causes).at("spec");
        JsonNode before = old.path("spec");
        boolean notStarted =
                before.path("suspend").asBoolean(false) && !old.path("status").has("startTime");
        for (String field : FIXED) {
            if (field.equals("template") && notStarted) {
                Field template = new Field(fixedPart(spec.node()), "spec.template", causes);
                template.immutable(fixedPart(before));
            } else {
                spec.at(field).immutable(before.path(field));
            }
        }
        JsonNode completions = before.path("completions");
        boolean elastic = spec.text("completionMode").equals("Indexed")
                && spec.node().path("completions").equals(spec.node().path("parallelism"));
        if (!elastic) {
            spec.at("completions").immutable(completions);
        }
    }

    /** What may not change of the template of a job that is suspended and has never run. */
    private static JsonNode fixedPart(JsonNode spec) {
        JsonNode template = spec.path("template").deepCopy();
        if (template.path("spec") instanceof ObjectNode pod) {
            pod.remove(SCHEDULING);
            pod.path("containers").forEach(c -> ((ObjectNode) c).remove("resources"));
            pod.path("initContainers").forEach(c -> ((ObjectNode) c).remove("resources"));
        }
        if (template.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove(List.of("labels", "annotations"));
        }
        return template;
    }

    private static void cronJob(Field job) {
        Field spec = job.at("spec");
        Field schedule = spec.at("schedule");
        if (!schedule.text().isEmpty()) {
            CronSyntax.check(schedule.text()).ifPresent(schedule::invalid);
        }
        Field zone = spec.at("timeZone");
        if (zone.exists() && !CronSyntax.isTimeZone(zone.text())) {
            zone.invalid("unknown time zone " + zone.text());
        }
        if (job.at("metadata").text("name").length() > CRON_NAME_CHARS_MAX) {
            job.at("metadata").at("name").invalid("must be no more than 52 characters");
        }
        Field template = spec.at("jobTemplate").at("spec");
        List<Cause> inTemplate = new ArrayList<>();
        spec(new Field(template.node(), template.path(), inTemplate));
        job.causes().addAll(inTemplate);
        if (template.has("selector") && !template.node().path("manualSelector").asBoolean(false)) {
            template.at("selector").invalid("`selector` will be auto-generated");
        }
    }
}

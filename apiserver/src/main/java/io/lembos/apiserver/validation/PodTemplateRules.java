package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import java.util.List;

/** A pod template: a sound pod spec and sound labels, and the restart policy that its owner can work with. */
final class PodTemplateRules {
    static final Rules POD_TEMPLATE = (object, causes) -> check(object.path("template"), "template", causes);

    /** A job's template is fixed once the job exists. */
    static final Rules JOB = new Rules() {
        @Override
        public void check(ObjectNode job, List<Cause> causes) {
            JsonNode template = job.path("spec").path("template");
            PodTemplateRules.check(template, "spec.template", causes);
            String policy = template.path("spec").path("restartPolicy").asText("");
            if (policy.equals("Always")) {
                causes.add(
                        Cause.required("spec.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\""));
            }
        }

        @Override
        public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
            for (String field : List.of("selector", "template", "completionMode")) {
                immutable(updated.path("spec"), old.path("spec"), field, causes);
            }
        }
    };

    private PodTemplateRules() {}

    static void check(JsonNode template, String path, List<Cause> causes) {
        JsonNode meta = template.path("metadata");
        MetadataRules.labels(meta.path("labels"), path + ".metadata.labels", causes);
        MetadataRules.annotations(meta.path("annotations"), path + ".metadata.annotations", causes);
        PodSpecRules.check(template.path("spec"), path + ".spec", causes);
        if (!template.path("spec").path("ephemeralContainers").isEmpty()) {
            causes.add(Cause.forbidden(
                    path + ".spec.ephemeralContainers", "ephemeral containers not allowed in pod template"));
        }
    }

    static void immutable(JsonNode spec, JsonNode old, String field, List<Cause> causes) {
        if (!spec.path(field).equals(old.path(field))) {
            causes.add(Cause.invalid("spec." + field, ShownValue.of(spec.path(field)), "field is immutable"));
        }
    }
}

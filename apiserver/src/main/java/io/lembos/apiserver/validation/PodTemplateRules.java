package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.Cause;
import java.util.List;

/** A pod template: a sound pod spec and sound labels, and the restart policy that its owner can work with. */
final class PodTemplateRules {
    static final Rules POD_TEMPLATE = (object, causes) -> check(object.path("template"), "template", causes);

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
}

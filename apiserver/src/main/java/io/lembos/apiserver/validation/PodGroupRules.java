package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Groups of pods that are scheduled together, and workloads, which are made of templates of them (KEP-4671). */
final class PodGroupRules {
    private static final int TEMPLATES_MAX = 8;
    private static final int CLAIMS_MAX = 4;
    private static final List<String> POLICIES = List.of("basic", "gang");

    private static final List<String> FIELDS = List.of(
            "podGroupTemplateRef",
            "schedulingPolicy",
            "schedulingConstraints",
            "resourceClaims",
            "disruptionMode",
            "priorityClassName",
            "priority");

    private static final Rules POD_GROUP = new Rules() {
        @Override
        public void check(ObjectNode group, List<Cause> causes) {
            Field spec = Field.of(group, causes).at("spec");
            group(spec);
            Field template = spec.at("podGroupTemplateRef").at("workload");
            if (template.exists()) {
                template.require("workloadName", "");
                template.require("podGroupTemplateName", "");
            }
        }

        @Override
        public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
            Field spec = Field.of(updated, causes).at("spec");
            FIELDS.forEach(field -> spec.at(field).immutable(old.path("spec").path(field)));
        }
    };

    private static final Rules WORKLOAD = new Rules() {
        @Override
        public void check(ObjectNode workload, List<Cause> causes) {
            Field spec = Field.of(workload, causes).at("spec");
            spec.at("podGroupTemplates").atMost(TEMPLATES_MAX);
            Set<String> names = new HashSet<>();
            spec.each("podGroupTemplates", template -> {
                Field name = template.at("name");
                if (!name.text().isEmpty()) {
                    name.form(Names::label);
                    if (!names.add(name.text())) {
                        name.duplicate();
                    }
                }
                group(template);
            });
        }

        @Override
        public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
            Field spec = Field.of(updated, causes).at("spec");
            spec.at("podGroupTemplates").immutable(old.path("spec").path("podGroupTemplates"));
            if (old.path("spec").has("controllerRef")) {
                spec.at("controllerRef").immutable(old.path("spec").path("controllerRef"));
            }
        }
    };

    private PodGroupRules() {}

    static Map<String, Rules> byName() {
        return Map.of("PodGroup", POD_GROUP, "Workload", WORKLOAD);
    }

    /** What a group and the template of one have in common. */
    private static void group(Field spec) {
        Field policy = spec.at("schedulingPolicy");
        long chosen = POLICIES.stream().filter(policy::has).count();
        if (chosen != 1) {
            policy.invalid((chosen == 0 ? "must specify one of" : "must specify exactly one of") + ": `basic`, `gang`");
        }
        Field minCount = policy.at("gang").at("minCount");
        if (minCount.node().asLong(0) < 0) {
            minCount.invalid("must be greater than or equal to 1");
        }
        spec.at("resourceClaims").atMost(CLAIMS_MAX);
        spec.at("schedulingConstraints").at("topology").atMost(1);
        spec.at("schedulingConstraints").each("topology", constraint -> {
            constraint.require("key", "");
            if (!constraint.text("key").isEmpty()) {
                constraint.at("key").form(Names::qualifiedName);
            }
        });
    }
}

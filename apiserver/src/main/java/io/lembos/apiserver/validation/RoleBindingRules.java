package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import java.util.List;

/** A binding: it names one role for good, and subjects that can exist. */
final class RoleBindingRules implements Rules {
    private static final String GROUP = "rbac.authorization.k8s.io";

    private final boolean namespaced;

    RoleBindingRules(boolean namespaced) {
        this.namespaced = namespaced;
    }

    @Override
    public void check(ObjectNode binding, List<Cause> causes) {
        JsonNode role = binding.path("roleRef");
        String group = role.path("apiGroup").asText("");
        if (!group.equals(GROUP)) {
            causes.add(Cause.notSupported("roleRef.apiGroup", group, List.of(GROUP)));
        }
        List<String> kinds = namespaced ? List.of("ClusterRole", "Role") : List.of("ClusterRole");
        String kind = role.path("kind").asText("");
        if (!kinds.contains(kind)) {
            causes.add(Cause.notSupported("roleRef.kind", kind, kinds));
        }
        String name = role.path("name").asText("");
        if (name.isEmpty()) {
            causes.add(Cause.required("roleRef.name", ""));
        }
        Names.pathSegment(name).forEach(w -> causes.add(Cause.invalid("roleRef.name", name, w)));
        JsonNode subjects = binding.path("subjects");
        for (int i = 0; i < subjects.size(); i++) {
            subject(subjects.get(i), "subjects[" + i + "]", causes);
        }
    }

    @Override
    public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
        if (!updated.path("roleRef").equals(old.path("roleRef"))) {
            causes.add(Cause.invalid("roleRef", ShownValue.of(updated.path("roleRef")), "cannot change roleRef"));
        }
    }

    private void subject(JsonNode subject, String path, List<Cause> causes) {
        String name = subject.path("name").asText("");
        String group = subject.path("apiGroup").asText("");
        if (name.isEmpty()) {
            causes.add(Cause.required(path + ".name", ""));
        }
        String kind = subject.path("kind").asText("");
        switch (kind) {
            case "ServiceAccount" -> {
                Names.subdomain(name).forEach(w -> causes.add(Cause.invalid(path + ".name", name, w)));
                if (!group.isEmpty()) {
                    causes.add(Cause.notSupported(path + ".apiGroup", group, List.of("")));
                }
                if (subject.path("namespace").asText("").isEmpty()) {
                    causes.add(Cause.required(path + ".namespace", ""));
                }
            }
            case "User", "Group" -> {
                if (!group.equals(GROUP)) {
                    causes.add(Cause.notSupported(path + ".apiGroup", group, List.of(GROUP)));
                }
            }
            default -> {
                if (!kind.isEmpty()) {
                    causes.add(Cause.notSupported(path + ".kind", kind, List.of("Group", "ServiceAccount", "User")));
                }
            }
        }
    }
}

package io.lembos.apiserver.authz.rbac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.AtOnce;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.registry.WriteContext;
import io.lembos.apiserver.schema.SchemaCatalog;
import java.util.ArrayList;
import java.util.List;

/**
 * The roles and bindings that every cluster has: {@code cluster-admin}, {@code admin}, {@code edit}, {@code view} and those
 * that discovery and delegation need. Makes what is missing and changes nothing that is there.
 */
public final class BootstrapRoles {
    private static final String GROUP = "rbac.authorization.k8s.io";
    private static final List<String> READ = List.of("get", "list", "watch");
    private static final List<String> WRITE = List.of("create", "delete", "deletecollection", "patch", "update");

    private final Registry registry;
    private final WriteContext context = WriteContext.of(Identity.of("system:apiserver", Identity.MASTERS));

    public BootstrapRoles(Registry registry) {
        this.registry = registry;
    }

    public void ensure() {
        JsonNode table = SchemaCatalog.read("roles.json");
        List<Runnable> tasks = new ArrayList<>();
        table.path("clusterRoles").forEach(e -> tasks.add(() -> ensure("clusterroles", e, this::role)));
        table.path("clusterRoleBindings")
                .forEach(e -> tasks.add(() -> ensure("clusterrolebindings", e, this::binding)));
        table.path("roles").forEach(e -> tasks.add(() -> ensure("roles", e, this::role)));
        AtOnce.run(tasks);
    }

    private interface Maker {
        void fill(JsonNode entry, ObjectNode object);
    }

    private void ensure(String plural, JsonNode entry, Maker maker) {
        Kind kind = registry.kinds().byPlural(GROUP, "v1", plural).orElseThrow();
        String namespace = entry.path("namespace").asText("");
        ObjectKey key = ObjectKey.of(namespace, entry.path("name").asText());
        if (registry.reader().find(kind, key).isPresent()) {
            return;
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
        ObjectNode metadata = object.putObject("metadata").put("name", key.name());
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        metadata.putObject("annotations").put("rbac.authorization.kubernetes.io/autoupdate", "true");
        ObjectNode labels = metadata.putObject("labels").put("kubernetes.io/bootstrapping", "rbac-defaults");
        entry.path("labels").forEach(label -> labels.put(label.asText(), "true"));
        maker.fill(entry, object);
        try {
            registry.creator().create(kind, namespace, object, context);
        } catch (ApiError e) {
            // On etcd another server may have been faster.
            if (!e.is(Reason.AlreadyExists)) {
                throw e;
            }
        }
    }

    private void role(JsonNode entry, ObjectNode role) {
        ArrayNode rules = role.putArray("rules");
        for (JsonNode rule : entry.path("rules")) {
            String[] parts = parts(rule);
            ObjectNode made = rules.addObject();
            texts(made, "apiGroups", List.of(parts[0].replace("core", "").split(",", -1)));
            texts(made, "resources", List.of(parts[1].split(",")));
            entry.path("resourceNames")
                    .forEach(name -> made.withArray("resourceNames").add(name));
            texts(made, "verbs", verbs(parts[2]));
        }
        for (JsonNode rule : entry.path("paths")) {
            String[] parts = parts(rule);
            ObjectNode made = rules.addObject();
            texts(made, "nonResourceURLs", List.of(parts[0].split(",")));
            texts(made, "verbs", verbs(parts[1]));
        }
        for (JsonNode label : entry.path("aggregate")) {
            role.withObject("/aggregationRule")
                    .withArray("clusterRoleSelectors")
                    .addObject()
                    .putObject("matchLabels")
                    .put(label.asText(), "true");
        }
    }

    private void binding(JsonNode entry, ObjectNode binding) {
        binding.putObject("roleRef")
                .put("apiGroup", GROUP)
                .put("kind", "ClusterRole")
                .put("name", entry.path("name").asText());
        ArrayNode subjects = binding.putArray("subjects");
        entry.path("groups")
                .forEach(group -> subjects.addObject()
                        .put("apiGroup", GROUP)
                        .put("kind", "Group")
                        .put("name", group.asText()));
    }

    private static String[] parts(JsonNode rule) {
        String[] parts = rule.asText().split("\\|");
        for (int i = 0; i < parts.length; i++) {
            parts[i] = parts[i].strip();
        }
        return parts;
    }

    private static List<String> verbs(String text) {
        List<String> verbs = new java.util.ArrayList<>();
        for (String verb : text.split(",")) {
            switch (verb) {
                case "R" -> verbs.addAll(READ);
                case "W" -> verbs.addAll(WRITE);
                default -> verbs.add(verb);
            }
        }
        return verbs;
    }

    private static void texts(ObjectNode node, String field, List<String> texts) {
        ArrayNode list = node.putArray(field);
        texts.forEach(list::add);
    }
}

package io.lembos.apiserver.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.kinds.Kind;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The paths of kinds with their operations, and which definitions they refer to. One use per document.
 *
 * <p>Subresources that are streams (log, exec, proxy …) are left out: nothing reads their description.
 */
final class PathsWriter {
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final List<String> PATCHES = List.of(
            "application/json-patch+json",
            "application/merge-patch+json",
            "application/strategic-merge-patch+json",
            "application/apply-patch+yaml");
    private static final Set<String> DESCRIBED =
            Set.of("status", "scale", "binding", "eviction", "token", "finalize", "ephemeralcontainers", "resize");
    private static final Map<String, String> OPERATION_WORDS =
            Map.of("get", "read", "post", "create", "put", "replace", "deletecollection", "delete");
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Style style;
    private final Set<String> referenced = new TreeSet<>();

    PathsWriter(Style style) {
        this.style = style;
        referenced.addAll(List.of(META + "Status", META + "DeleteOptions", META + "WatchEvent"));
    }

    /** Names of the definitions that the paths need. */
    Collection<String> referenced() {
        return referenced;
    }

    ObjectNode write(List<Kind> kinds) {
        ObjectNode paths = NODES.objectNode();
        kinds.forEach(kind -> kind(paths, kind));
        return paths;
    }

    /** What an operation speaks. */
    private record Spoken(String group, String version, String kind, String definition) {}

    private void kind(ObjectNode paths, Kind kind) {
        Spoken own = new Spoken(kind.group(), kind.version(), kind.kind(), kind.definition());
        String base = (kind.group().isEmpty() ? "/api/" : "/apis/") + kind.apiVersion() + "/";
        String collection = base + (kind.namespaced() ? "namespaces/{namespace}/" : "") + kind.plural();
        if (kind.namespaced() && kind.verbs().contains("list")) {
            ObjectNode all = paths.putObject(base + kind.plural());
            operation(all, "get", "list", own, kind, kind.definition() + "List", "ForAllNamespaces");
        }
        ObjectNode many = path(paths, collection, kind.namespaced(), false);
        if (kind.verbs().contains("list")) {
            operation(many, "get", "list", own, kind, kind.definition() + "List", "");
        }
        if (kind.verbs().contains("create")) {
            operation(many, "post", "post", own, kind, kind.definition(), "");
        }
        if (kind.verbs().contains("deletecollection")) {
            operation(many, "delete", "deletecollection", own, kind, META + "Status", "");
        }
        if (kind.verbs().contains("get")) {
            ObjectNode one = path(paths, collection + "/{name}", kind.namespaced(), true);
            List<String> verbs = kind.verbs().stream().sorted().toList();
            item(one, verbs, own, kind, "");
        }
        subresources(paths, collection, kind);
    }

    private void subresources(ObjectNode paths, String collection, Kind kind) {
        for (Kind.Subresource sub : kind.subresources()) {
            if (DESCRIBED.contains(sub.name())) {
                ObjectNode node = path(paths, collection + "/{name}/" + sub.name(), kind.namespaced(), true);
                Spoken spoken = new Spoken(sub.group(), sub.version(), sub.kind(), kind.definitionOf(sub));
                String title =
                        Character.toUpperCase(sub.name().charAt(0)) + sub.name().substring(1);
                item(node, sub.verbs(), spoken, kind, title);
                if (sub.verbs().contains("create")) {
                    operation(node, "post", "post", spoken, kind, spoken.definition(), title);
                }
            }
        }
    }

    private void item(ObjectNode node, List<String> verbs, Spoken spoken, Kind kind, String title) {
        if (verbs.contains("get")) {
            operation(node, "get", "get", spoken, kind, spoken.definition(), title);
        }
        if (verbs.contains("update")) {
            operation(node, "put", "put", spoken, kind, spoken.definition(), title);
        }
        if (verbs.contains("patch")) {
            operation(node, "patch", "patch", spoken, kind, spoken.definition(), title);
        }
        if (verbs.contains("delete")) {
            String answer = kind.showsDeleted() ? kind.definition() : META + "Status";
            operation(node, "delete", "delete", spoken, kind, answer, title);
        }
    }

    private ObjectNode path(ObjectNode paths, String path, boolean namespaced, boolean named) {
        ObjectNode node = paths.putObject(path);
        ArrayNode parameters = node.putArray("parameters");
        if (named) {
            parameter(parameters, "name", "path", "string", "name of the object");
        }
        if (namespaced) {
            parameter(parameters, "namespace", "path", "string", "namespace of the object");
        }
        parameter(parameters, "pretty", "query", "string", "whether the answer is indented");
        return node;
    }

    private void parameter(ArrayNode list, String name, String in, String type, String description) {
        ObjectNode node = list.addObject().put("name", name).put("in", in).put("description", description);
        if (in.equals("path")) {
            node.put("required", true);
        }
        node.put("uniqueItems", true);
        if (style == Style.V3) {
            node.remove("uniqueItems");
            node.putObject("schema").put("type", type).put("uniqueItems", true);
        } else {
            node.put("type", type);
        }
    }

    private void operation(
            ObjectNode node, String method, String action, Spoken spoken, Kind kind, String answer, String title) {
        ObjectNode operation = node.putObject(method);
        String group = kind.group().isEmpty() ? "core" : kind.group().split("\\.")[0];
        String scope = kind.namespaced() && !title.equals("ForAllNamespaces") ? "Namespaced" : "";
        operation.put("description", action + " " + spoken.kind());
        boolean many = action.equals("deletecollection");
        String owner = capital(group) + capital(kind.version()) + (many ? "Collection" : "");
        operation.put(
                "operationId", OPERATION_WORDS.getOrDefault(action, action) + owner + scope + kind.kind() + title);
        operation.putArray("tags").add(group + "_" + kind.version());
        ArrayNode parameters = operation.putArray("parameters");
        if (List.of("post", "put", "patch").contains(method)) {
            parameter(parameters, "dryRun", "query", "string", "All: nothing is stored");
            parameter(parameters, "fieldManager", "query", "string", "name of who makes the change");
            parameter(
                    parameters,
                    "fieldValidation",
                    "query",
                    "string",
                    "what to do about unknown or duplicate fields:" + " Ignore, Warn or Strict");
        }
        if (method.equals("patch")) {
            parameter(parameters, "force", "query", "boolean", "takes over fields of other managers (apply only)");
        }
        if (action.startsWith("list") || action.equals("deletecollection")) {
            listParameters(parameters);
        }
        body(operation, parameters, method, spoken, kind);
        responses(operation, answer);
        operation.put("x-kubernetes-action", action);
        operation
                .putObject("x-kubernetes-group-version-kind")
                .put("group", spoken.group())
                .put("kind", spoken.kind())
                .put("version", spoken.version());
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private void listParameters(ArrayNode parameters) {
        for (String name : List.of("continue", "fieldSelector", "labelSelector", "resourceVersion")) {
            parameter(parameters, name, "query", "string", "as in every list");
        }
        parameter(parameters, "limit", "query", "integer", "how many objects at most");
        parameter(parameters, "watch", "query", "boolean", "changes instead of a list");
    }

    private void body(ObjectNode operation, ArrayNode parameters, String method, Spoken spoken, Kind kind) {
        if (!List.of("post", "put", "patch").contains(method)) {
            return;
        }
        String definition = method.equals("patch") ? META + "Patch" : spoken.definition();
        List<String> types = method.equals("patch") ? patches(kind) : List.of("*/*");
        referenced.add(definition);
        if (style == Style.V2) {
            ArrayNode consumes = operation.putArray("consumes");
            types.forEach(consumes::add);
            ObjectNode body =
                    parameters.addObject().put("name", "body").put("in", "body").put("required", true);
            body.putObject("schema").put("$ref", style.reference(definition));
        } else {
            ObjectNode content =
                    operation.putObject("requestBody").put("required", true).putObject("content");
            types.forEach(type -> content.putObject(type).putObject("schema").put("$ref", style.reference(definition)));
        }
    }

    /** A strategic merge patch needs merge keys, which only built-in kinds have. */
    private static List<String> patches(Kind kind) {
        return kind.custom().isEmpty()
                ? PATCHES
                : PATCHES.stream().filter(type -> !type.contains("strategic")).toList();
    }

    private void responses(ObjectNode operation, String answer) {
        referenced.add(answer);
        ObjectNode ok = operation.putObject("responses").putObject("200").put("description", "OK");
        if (style == Style.V2) {
            operation.putArray("produces").add("application/json").add("application/yaml");
            ok.putObject("schema").put("$ref", style.reference(answer));
        } else {
            ok.putObject("content")
                    .putObject("application/json")
                    .putObject("schema")
                    .put("$ref", style.reference(answer));
        }
    }
}

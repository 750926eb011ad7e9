package io.lembos.apiserver.authz;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Allows some verbs on some resources, as a rule of an RBAC role does; {@code *} stands for all.
 *
 * @param resources {@code pods}, {@code pods/status}, {@code *}, {@code *}{@code /scale}
 * @param names empty for every name
 * @param paths for requests that are no resource: exact, or a prefix ending in {@code *}
 */
public record PolicyRule(
        List<String> verbs, List<String> groups, List<String> resources, List<String> names, List<String> paths) {

    /** Verbs on resources of one group, written {@code "get,list"}, {@code "pods,pods/status"}. */
    static PolicyRule of(String verbs, String group, String resources) {
        return new PolicyRule(
                List.of(verbs.split(",")), List.of(group), List.of(resources.split(",")), List.of(), List.of());
    }

    static PolicyRule paths(String verbs, String... paths) {
        return new PolicyRule(List.of(verbs.split(",")), List.of(), List.of(), List.of(), List.of(paths));
    }

    /** A rule as a role in RBAC writes it. */
    public static PolicyRule of(JsonNode rule) {
        return new PolicyRule(
                texts(rule, "verbs"),
                texts(rule, "apiGroups"),
                texts(rule, "resources"),
                texts(rule, "resourceNames"),
                texts(rule, "nonResourceURLs"));
    }

    private static List<String> texts(JsonNode rule, String field) {
        return rule.path(field).valueStream().map(JsonNode::asText).toList();
    }

    public boolean allows(Attributes request) {
        if (!has(verbs, request.verb())) {
            return false;
        }
        return request.isResource() ? allowsResource(request) : paths.stream().anyMatch(p -> covers(p, request.path()));
    }

    private boolean allowsResource(Attributes request) {
        boolean resource = has(resources, request.qualifiedResource())
                || (!request.subresource().isEmpty() && resources.contains("*/" + request.subresource()));
        return resource && has(groups, request.group()) && (names.isEmpty() || names.contains(request.name()));
    }

    private static boolean has(List<String> allowed, String asked) {
        return allowed.contains("*") || allowed.contains(asked);
    }

    private static boolean covers(String allowed, String path) {
        return allowed.equals("*")
                || allowed.equals(path)
                || (allowed.endsWith("*") && path.startsWith(allowed.substring(0, allowed.length() - 1)));
    }
}

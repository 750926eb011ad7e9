package io.lembos.apiserver.http;

import io.lembos.api.error.ApiError;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * What a request is about, read from its method and path alone, in the words of apiserver's {@code RequestInfo}.
 *
 * @param resource plural, empty for a path that is no resource
 * @param namespace empty for cluster-scoped resources and for all namespaces
 * @param name empty for collections
 */
public record RequestInfo(
        String verb,
        String group,
        String version,
        String namespace,
        String resource,
        String name,
        String subresource,
        String path) {
    /** Before the path has been read. */
    static final RequestInfo NONE = new RequestInfo("", "", "", "", "", "", "", "");

    private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");

    public boolean isResource() {
        return !resource.isEmpty();
    }

    /**
     * @param method GET, POST, …
     * @param rawPath as it came, without the query
     * @param watch whether the query asks for a watch
     */
    public static RequestInfo of(String method, String rawPath, boolean watch) {
        String path = decoded(rawPath);
        String[] parts = segments(path);
        boolean core = parts.length >= 3 && parts[0].equals("api");
        boolean named = parts.length >= 4 && parts[0].equals("apis");
        if (!core && !named) {
            return new RequestInfo(method.toLowerCase(java.util.Locale.ROOT), "", "", "", "", "", "", path);
        }
        String group = core ? "" : parts[1];
        String version = core ? parts[1] : parts[2];
        return resource(method, path, watch, group, version, parts, core ? 2 : 3);
    }

    private static RequestInfo resource(
            String method, String path, boolean watch, String group, String version, String[] parts, int at) {
        String namespace = "";
        int next = at;
        boolean namespaced = parts[next].equals("namespaces")
                && parts.length > next + 2
                && !(parts.length == next + 3 && NAMESPACE_SUBRESOURCES.contains(parts[next + 2]));
        if (namespaced) {
            namespace = parts[next + 1];
            next += 2;
        }
        String resource = parts[next];
        String name = parts.length > next + 1 ? parts[next + 1] : "";
        String subresource = parts.length > next + 2 ? parts[next + 2] : "";
        String verb = verb(method, name.isEmpty(), watch);
        boolean isNamespace = !namespaced && resource.equals("namespaces") && !name.isEmpty();
        return new RequestInfo(verb, group, version, isNamespace ? name : namespace, resource, name, subresource, path);
    }

    /** Percent-decoded before it is taken apart, as in Go: an encoded slash separates like any other. */
    private static String decoded(String path) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("the path is not percent-encoded correctly");
        }
    }

    private static String[] segments(String path) {
        String trimmed = path.startsWith("/") ? path.substring(1) : path;
        return trimmed.endsWith("/")
                ? trimmed.substring(0, trimmed.length() - 1).split("/")
                : trimmed.split("/");
    }

    private static String verb(String method, boolean collection, boolean watch) {
        return switch (method) {
            case "GET", "HEAD" -> collection ? (watch ? "watch" : "list") : (watch ? "watch" : "get");
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> collection ? "deletecollection" : "delete";
            default -> method.toLowerCase(java.util.Locale.ROOT);
        };
    }
}

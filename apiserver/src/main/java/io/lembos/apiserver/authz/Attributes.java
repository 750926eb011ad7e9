package io.lembos.apiserver.authz;

import io.lembos.api.authn.Identity;

/**
 * What somebody wants to do.
 *
 * @param verb get, list, watch, create, update, patch, delete, deletecollection; the HTTP method in lower case for paths
 * @param group API group of the resource, empty for core
 * @param resource plural; empty for a path that is no resource
 * @param subresource empty for the object itself
 * @param namespace empty for cluster-scoped resources and for all namespaces
 * @param name empty for collections
 * @param path the request path when it is no resource
 */
public record Attributes(
        Identity identity,
        String verb,
        String group,
        String resource,
        String subresource,
        String namespace,
        String name,
        String path) {

    public boolean isResource() {
        return !resource.isEmpty();
    }

    /** {@code pods/log}, or {@code pods} for the object itself. */
    public String qualifiedResource() {
        return subresource.isEmpty() ? resource : resource + "/" + subresource;
    }
}

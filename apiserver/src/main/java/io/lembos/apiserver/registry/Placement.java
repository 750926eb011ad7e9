package io.lembos.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.apiserver.kinds.Kind;

/** Namespace and name of a request and of the object it carries must agree. */
final class Placement {

    private Placement() {}

    /** Sets the namespace of an object that names none; refuses one that names another. */
    static void check(Kind kind, String namespace, ObjectNode metadata) {
        String given = metadata.path("namespace").asText("");
        if (!kind.namespaced()) {
            metadata.remove("namespace");
            return;
        }
        if (!given.isEmpty() && !given.equals(namespace)) {
            throw ApiError.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        metadata.put("namespace", namespace);
    }

    static void checkName(String name, ObjectNode metadata) {
        String given = metadata.path("name").asText("");
        if (!given.isEmpty() && !given.equals(name)) {
            throw ApiError.badRequest(
                    "the name of the object (" + given + ") does not match the name on the URL (" + name + ")");
        }
        metadata.put("name", name);
    }
}

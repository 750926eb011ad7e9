package io.lembos.apiserver.registry;

import io.lembos.api.meta.ObjectKey;
import io.lembos.apiserver.kinds.Kind;

/**
 * Where objects lie in the store: {@code /registry/PLURAL/[NAMESPACE/]NAME}, the layout that etcd's readers know; those of
 * custom kinds under {@code /registry/GROUP/PLURAL/}. No plural has a dot and every custom group has one.
 */
public final class StorageKeys {
    /** Every key of the API server begins with this. */
    public static final String ROOT = "/registry/";

    private StorageKeys() {}

    /** All objects of a kind, or those of one namespace; ends with a slash. */
    public static String prefix(Kind kind, String namespace) {
        String all =
                kind.custom().isEmpty() ? ROOT + kind.plural() + "/" : ROOT + kind.group() + "/" + kind.plural() + "/";
        return namespace.isEmpty() || !kind.namespaced() ? all : all + namespace + "/";
    }

    public static String key(Kind kind, ObjectKey object) {
        return prefix(kind, object.namespace()) + object.name();
    }
}

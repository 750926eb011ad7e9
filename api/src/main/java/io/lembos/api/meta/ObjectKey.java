package io.lembos.api.meta;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;

/**
 * Which object of a resource: namespace and name.
 *
 * @param namespace empty for cluster-scoped objects
 * @param name metadata.name
 */
public record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {

    public static ObjectKey of(String namespace, String name) {
        return new ObjectKey(namespace == null ? "" : namespace, name);
    }

    public static ObjectKey cluster(String name) {
        return new ObjectKey("", name);
    }

    public static ObjectKey of(HasMetadata object) {
        return of(object.getMetadata());
    }

    public static ObjectKey of(ObjectMeta meta) {
        return of(meta.getNamespace(), meta.getName());
    }

    @Override
    public int compareTo(ObjectKey other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    /** {@code namespace/name}, or the bare name of a cluster-scoped object. */
    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}

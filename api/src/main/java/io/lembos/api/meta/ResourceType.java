package io.lembos.api.meta;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * A served resource and the Java class its objects are read into.
 *
 * @param group API group, empty for core
 * @param version for example {@code v1}
 * @param kind for example {@code Pod}
 * @param plural for example {@code pods}
 * @param namespaced whether objects live in namespaces
 * @param type class that Jackson reads an object into
 */
public record ResourceType<T extends HasMetadata>(
        String group, String version, String kind, String plural, boolean namespaced, Class<T> type) {

    /** A resource known only by name, as a controller over every kind sees it. */
    public static ResourceType<PartialObjectMetadata> generic(
            String group, String version, String kind, String plural, boolean namespaced) {
        return new ResourceType<>(group, version, kind, plural, namespaced, PartialObjectMetadata.class);
    }

    /** {@code v1} or {@code apps/v1}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** {@code pods} or {@code deployments.apps}. */
    public String groupResource() {
        return group.isEmpty() ? plural : plural + "." + group;
    }
}

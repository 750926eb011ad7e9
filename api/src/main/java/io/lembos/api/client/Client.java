package io.lembos.api.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.PartialObjectMetadata;
import io.lembos.api.meta.ResourceType;
import io.smallrye.mutiny.Multi;
import java.util.List;
import java.util.Optional;

/**
 * The Kubernetes API as the components of the cluster use it, always as one identity.
 *
 * <p>Calls block until answered (callers are virtual threads) and fail with {@link io.lembos.api.error.ApiError}. Objects
 * that come back are shared and must not be changed: edit a copy made by the type's builder.
 */
public interface Client {

    /** The object, or empty when there is none; every other failure throws. */
    <T extends HasMetadata> Optional<T> get(ResourceType<T> type, ObjectKey key);

    /** All matching objects as of one revision. */
    <T extends HasMetadata> Listing<T> list(ResourceType<T> type, ListOptions options);

    /**
     * Changes after {@code options.resourceVersion()}, in order, none lost or doubled. Bounded: a reader that falls too
     * far behind gets {@code Expired} and lists again. Ends when cancelled or when the server stops.
     */
    <T extends HasMetadata> Multi<WatchEvent<T>> watch(ResourceType<T> type, ListOptions options);

    <T extends HasMetadata> T create(ResourceType<T> type, T object);

    /** Replaces the object; a stale {@code resourceVersion} is a {@code Conflict}. */
    <T extends HasMetadata> T update(ResourceType<T> type, T object);

    /** Replaces the object's status only. */
    default <T extends HasMetadata> T updateStatus(ResourceType<T> type, T object) {
        return updateSubresource(type, object, "status");
    }

    /** Replaces the part of the object that a subresource stands for: {@code status}, {@code finalize}. */
    <T extends HasMetadata> T updateSubresource(ResourceType<T> type, T object, String subresource);

    /**
     * Changes part of an object.
     *
     * @param subresource {@code status}, {@code scale}, or empty for the object itself
     */
    <T extends HasMetadata> T patch(ResourceType<T> type, ObjectKey key, Patch patch, String subresource);

    /** Deletes, or marks for deletion where finalizers or a grace period hold the object. */
    <T extends HasMetadata> void delete(ResourceType<T> type, ObjectKey key, DeleteOptions options);

    /**
     * Posts to a subresource that is an action: {@code pods/binding}, {@code serviceaccounts/token}.
     *
     * @return the body with what the server says to it; where it says nothing, as it was
     */
    <T extends HasMetadata, B> B createSubresource(ResourceType<T> type, ObjectKey key, String subresource, B body);

    /** Every resource type that is served now and can be listed, watched and deleted. */
    List<ResourceType<PartialObjectMetadata>> resources();
}

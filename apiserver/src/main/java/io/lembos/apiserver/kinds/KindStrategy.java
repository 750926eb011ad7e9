package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.apiserver.store.Op;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a kind does to an object on its way into the store, between defaulting and validation. Each method changes {@code
 * object} or {@code updated} in place and nothing else; {@code old} is what is stored now and is never changed.
 *
 * <p>System fields of the metadata (uid, times, resourceVersion) are not a strategy's business.
 */
public interface KindStrategy {

    void prepareForCreate(ObjectNode object);

    /** A write to the object itself. */
    void prepareForUpdate(ObjectNode updated, ObjectNode old);

    /** A write to {@code /status}. */
    void prepareForStatusUpdate(ObjectNode updated, ObjectNode old);

    /** A write to another subresource that takes the whole object, for example {@code finalize}. */
    default void prepareForSubresourceUpdate(String subresource, ObjectNode updated, ObjectNode old) {
        prepareForStatusUpdate(updated, old);
    }

    /**
     * What of a new object follows from who makes it, in place; before defaults and preparation.
     *
     * @param caller whoever sent the request
     */
    default void attribute(ObjectNode object, Identity caller) {}

    /**
     * What is committed with a new object. The last step, after validation; asked anew for each attempt, so it completes a
     * copy. Refuses with Kubernetes' errors.
     */
    default Accompanied accompanyCreate(ObjectNode object) {
        return Accompanied.alone(object);
    }

    /** The same for a write to the object itself. */
    default Accompanied accompanyUpdate(ObjectNode updated, ObjectNode old) {
        return Accompanied.alone(updated);
    }

    /** What is committed as the object goes. */
    default List<Op> accompanyDelete(ObjectNode object) {
        return List.of();
    }

    /**
     * How long the object may take to go away.
     *
     * @param asked what the client wants, empty for the object's own default
     * @return seconds; empty for a kind whose objects go at once
     */
    default OptionalLong gracePeriodSeconds(ObjectNode object, OptionalLong asked) {
        return OptionalLong.empty();
    }

    /** Changes the object as its deletion begins, in place. */
    default void prepareForDelete(ObjectNode object) {}

    /** Whether something besides finalizers and grace still keeps an object that is being deleted. */
    default boolean holdsDeletion(ObjectNode object) {
        return false;
    }
}

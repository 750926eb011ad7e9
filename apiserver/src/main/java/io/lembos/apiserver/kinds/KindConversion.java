package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * Between an object as one version of its kind shows it and as it lies in the store, where all versions of a kind are one
 * form. Both directions may take over the nodes of their argument, and neither loses anything that the other needs.
 *
 * <p>What is stored may have been written when another form was the stored one: {@link #toServed} takes every form. The
 * instance is the identity under which converted forms are kept with an entry.
 */
public interface KindConversion {
    /** Stored as it is shown. Costs nothing: the stored bytes are the bytes that clients get. */
    KindConversion NONE = new KindConversion() {
        @Override
        public ObjectNode toStorage(ObjectNode object) {
            return object;
        }

        @Override
        public Optional<ObjectNode> toServed(ObjectNode stored) {
            return Optional.empty();
        }

        @Override
        public boolean isNone() {
            return true;
        }
    };

    /** The object in the version in which it is stored; the very same if that is its own. */
    ObjectNode toStorage(ObjectNode object);

    /** The object in this version, complete; empty where it is served just as it is stored. */
    Optional<ObjectNode> toServed(ObjectNode stored);

    /** The same for many objects, in their order; together this may cost less than one by one. */
    default List<Optional<ObjectNode>> toServed(List<ObjectNode> stored) {
        return stored.stream().map(this::toServed).toList();
    }

    /** Whether objects are stored as they are shown, so that nothing has to be read. */
    default boolean isNone() {
        return false;
    }
}

package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Between an object as one version of its kind shows it and as it lies in the store, where all versions of a kind are one
 * form. Pure: both directions may take over the nodes of their argument, and neither loses anything that the other needs.
 *
 * <p>What is stored may have been written when another form was the stored one: {@link #fromStorage} takes every form.
 */
public interface KindConversion {
    /** Stored as it is shown. Costs nothing: the stored bytes are the bytes that clients get. */
    KindConversion NONE = new KindConversion() {
        @Override
        public ObjectNode toStorage(ObjectNode object) {
            return object;
        }

        @Override
        public ObjectNode fromStorage(ObjectNode stored) {
            return stored;
        }

        @Override
        public boolean isNone() {
            return true;
        }
    };

    ObjectNode toStorage(ObjectNode object);

    ObjectNode fromStorage(ObjectNode stored);

    /** Whether objects are stored as they are shown, so that nothing has to be read. */
    default boolean isNone() {
        return false;
    }
}

package io.lembos.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.apiserver.kinds.Kind;
import java.util.Optional;

/** Whether somebody who may write objects of a kind may write just this one. Must not block; asked by many threads. */
@FunctionalInterface
public interface WriteGuard {
    /** Lets everything pass. */
    WriteGuard NONE = (kind, object, old, caller) -> {};

    /** Both have to agree. */
    default WriteGuard and(WriteGuard other) {
        return (kind, object, old, caller) -> {
            check(kind, object, old, caller);
            other.check(kind, object, old, caller);
        };
    }

    /**
     * @param object as it will be stored; not changed
     * @param old what is stored now, empty for a new object
     * @throws ApiError Forbidden
     */
    void check(Kind kind, ObjectNode object, Optional<ObjectNode> old, Identity caller);
}

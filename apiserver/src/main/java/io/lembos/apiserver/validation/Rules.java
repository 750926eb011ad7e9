package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import java.util.List;

/** What a kind demands beyond its schema. Pure; adds what is wrong to {@code causes}. */
public interface Rules {
    Rules NONE = (object, causes) -> {};

    /** Holds for every object of the kind, new or changed. */
    void check(ObjectNode object, List<Cause> causes);

    /** Holds for new objects only. */
    default void checkCreate(ObjectNode object, List<Cause> causes) {}

    /** Holds between what is stored and what shall replace it. */
    default void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {}

    /** Holds for what {@code /status} and other subresources that take the whole object write. */
    default void checkStatus(ObjectNode updated, ObjectNode old, List<Cause> causes) {}
}

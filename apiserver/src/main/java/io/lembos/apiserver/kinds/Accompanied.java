package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.store.Op;
import java.util.List;

/**
 * An object as it will be stored, and what is written together with it, at one revision or not at all.
 *
 * @param ops on other keys than the object's own
 */
public record Accompanied(ObjectNode object, List<Op> ops) {
    public static Accompanied alone(ObjectNode object) {
        return new Accompanied(object, List.of());
    }
}

package io.lembos.apiserver.crd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Takes objects from other versions of their kind to one. */
@FunctionalInterface
interface Conversion {
    /** Versions that differ in nothing but their name. */
    Conversion NONE = (objects, apiVersion) ->
            objects.stream().map(object -> renamed(object, apiVersion)).toList();

    /**
     * @param objects at least one, of one kind; they are not changed
     * @param apiVersion the wanted one, which differs from that of each object
     * @return as many objects, in the same order
     */
    List<ObjectNode> convert(List<ObjectNode> objects, String apiVersion);

    private static ObjectNode renamed(ObjectNode object, String apiVersion) {
        ObjectNode converted = object.objectNode();
        converted.setAll(object);
        return converted.put("apiVersion", apiVersion);
    }
}

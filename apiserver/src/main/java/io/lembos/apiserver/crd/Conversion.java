package io.lembos.apiserver.crd;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Takes an object from one version of its kind to another. */
interface Conversion {
    /** Versions that differ in nothing but their name. */
    Conversion NONE = (object, apiVersion) -> {
        ObjectNode converted = object.objectNode();
        converted.setAll(object);
        converted.put("apiVersion", apiVersion);
        return converted;
    };

    /**
     * @param object is not changed
     * @param apiVersion the wanted one, which differs from the object's
     */
    ObjectNode convert(ObjectNode object, String apiVersion);
}

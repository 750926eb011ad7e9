package io.lembos.apiserver.table;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Objects without their content: {@code PartialObjectMetadata}. Pure; shares the metadata of its argument. */
public final class PartialMetadata {
    public static final String API_VERSION = "meta.k8s.io/v1";

    private PartialMetadata() {}

    public static ObjectNode of(ObjectNode object) {
        ObjectNode partial = JsonNodeFactory.instance
                .objectNode()
                .put("kind", "PartialObjectMetadata")
                .put("apiVersion", API_VERSION);
        partial.set("metadata", object.path("metadata").isObject() ? object.get("metadata") : partial.objectNode());
        return partial;
    }

    /**
     * @param listMetadata resourceVersion, continue, remainingItemCount
     */
    public static ObjectNode list(List<ObjectNode> objects, ObjectNode listMetadata) {
        ObjectNode list = JsonNodeFactory.instance
                .objectNode()
                .put("kind", "PartialObjectMetadataList")
                .put("apiVersion", API_VERSION);
        list.set("metadata", listMetadata);
        ArrayNode items = list.putArray("items");
        objects.forEach(object -> items.add(of(object)));
        return list;
    }
}

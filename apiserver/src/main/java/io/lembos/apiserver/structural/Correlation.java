package io.lembos.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Which part of the old object a part of the new one was: elements of lists of type map are known by their keys. Pure. */
public final class Correlation {
    private Correlation() {}

    /** The old element with the same keys, null where there is none or where elements cannot be told apart. */
    public static JsonNode element(JsonNode element, JsonNode oldList, Structural list) {
        if (oldList == null || !oldList.isArray() || list.listType() != Structural.ListType.MAP) {
            return null;
        }
        ObjectNode keys = keys(element, list);
        for (JsonNode old : oldList) {
            if (keys(old, list).equals(keys)) {
                return old;
            }
        }
        return null;
    }

    /** The values of the keys of one element; a key that is absent has its default. */
    static ObjectNode keys(JsonNode element, Structural list) {
        ObjectNode keys = JsonNodeFactory.instance.objectNode();
        for (String key : list.mapKeys()) {
            JsonNode value = element.get(key);
            if (value == null
                    && list.items() != null
                    && list.items().properties().containsKey(key)) {
                value = list.items().properties().get(key).defaultValue().orElse(null);
            }
            if (value != null) {
                keys.set(key, value);
            }
        }
        return keys;
    }
}

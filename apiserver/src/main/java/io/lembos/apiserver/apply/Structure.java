package io.lembos.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a value of a type is taken apart into fields that can have owners of their own. Where there is no schema (null, for
 * example below an unknown field that is kept) the value itself tells: maps are taken apart, lists are not.
 *
 * @param schema of the value, null for none
 */
record Structure(Schema schema) {
    static final Structure DEDUCED = new Structure(null);

    private static final ObjectNode NO_FIELDS = JsonNodeFactory.instance.objectNode();
    /**
     * Fields of built-in types that are structs in Go and not pointers, so that they are never absent there and nobody
     * adds or removes them as such. No published schema says which ones they are.
     */
    private static final Set<String> NEVER_ABSENT = Set.of(
            "metadata",
            "spec",
            "status",
            "template",
            "strategy",
            "updateStrategy",
            "resources",
            "jobTemplate",
            "source",
            "loadBalancer",
            "nodeInfo",
            "daemonEndpoints",
            "kubeletEndpoint");

    /** What a value is to its owners. */
    enum Form {
        /** Owned as a whole: scalars, null, atomic lists and maps. */
        LEAF,
        /** Entries have owners. */
        MAP,
        /** Items have owners: sets and keyed lists. */
        LIST
    }

    Form form(JsonNode value) {
        if (value.isObject() && isOf(Schema.Type.OBJECT)) {
            return schema != null && schema.isAtomicMap() ? Form.LEAF : Form.MAP;
        }
        if (value.isArray() && isOf(Schema.Type.ARRAY)) {
            return schema == null || schema.listType() == Schema.ListType.ATOMIC ? Form.LEAF : Form.LIST;
        }
        if (value.isNull() && schema != null) {
            return nullForm();
        }
        return Form.LEAF;
    }

    /** Whether the schema says that a list or map has one owner for all that is in it. */
    boolean isAtomic() {
        if (schema == null) {
            return false;
        }
        return switch (schema.type()) {
            case OBJECT -> schema.isAtomicMap();
            case ARRAY -> schema.listType() == Schema.ListType.ATOMIC;
            default -> false;
        };
    }

    /** A null is an empty container of the type that the schema names. */
    private Form nullForm() {
        return switch (schema.type()) {
            case OBJECT -> isAtomic() ? Form.LEAF : Form.MAP;
            case ARRAY -> isAtomic() ? Form.LEAF : Form.LIST;
            default -> Form.LEAF;
        };
    }

    private boolean isOf(Schema.Type type) {
        return schema == null || schema.type() == type || schema.type() == Schema.Type.ANY;
    }

    /** Whether the schema names the field, rather than a map having it as a key. */
    boolean declares(String field) {
        return schema != null && schema.properties().containsKey(field);
    }

    /** Empty for a field that may not be there. */
    Optional<Structure> known(String field) {
        if (schema == null) {
            return Optional.of(DEDUCED);
        }
        Schema property = schema.property(field);
        if (property != null) {
            return Optional.of(new Structure(property));
        }
        return schema.preservesUnknown() ? Optional.of(DEDUCED) : Optional.empty();
    }

    Structure field(String name) {
        Schema property = schema == null ? null : schema.property(name);
        return property == null ? DEDUCED : new Structure(property);
    }

    Structure items() {
        return schema == null || schema.items() == null ? DEDUCED : new Structure(schema.items());
    }

    /** What an absent field of a present object is in Go: some structs are empty, some containers null, others not there. */
    JsonNode absent(String name) {
        if (schema == null || schema.definition().isEmpty()) {
            return null;
        }
        Schema property = schema.properties().get(name);
        if (property == null) {
            return null;
        }
        boolean container = property.type() == Schema.Type.OBJECT || property.type() == Schema.Type.ARRAY;
        if (container && schema.required().contains(name)) {
            return property.properties().isEmpty() ? NullNode.instance : NO_FIELDS;
        }
        boolean struct = NEVER_ABSENT.contains(name) && !property.properties().isEmpty();
        return struct ? NO_FIELDS : null;
    }

    /**
     * The path element of an item, which is the value itself in a set and the values of the key fields otherwise; a key
     * field that is absent has its default.
     *
     * @throws InvalidItemException when the item cannot be told from others
     */
    PathElement item(JsonNode item) throws InvalidItemException {
        return schema.listType() == Schema.ListType.SET ? member(item) : keyed(item);
    }

    /** As {@link #item}, null where that fails. */
    PathElement itemOrNull(JsonNode item) {
        try {
            return item(item);
        } catch (InvalidItemException e) {
            return null;
        }
    }

    private static PathElement member(JsonNode item) throws InvalidItemException {
        if (item.isObject()) {
            throw new InvalidItemException("associative list without keys has an element that's a map type");
        }
        if (item.isArray()) {
            throw new InvalidItemException("not supported: associative list with lists as elements");
        }
        if (item.isNull()) {
            throw new InvalidItemException("associative list without keys has an element that's an explicit null");
        }
        return new PathElement.Value(item);
    }

    private PathElement keyed(JsonNode item) throws InvalidItemException {
        if (item.isNull()) {
            throw new InvalidItemException("associative list with keys may not have a null element");
        }
        if (!item.isObject()) {
            throw new InvalidItemException("associative list with keys may not have non-map elements");
        }
        List<PathElement.Part> parts = new ArrayList<>(schema.mapKeys().size());
        for (String key : schema.mapKeys()) {
            JsonNode value = item.get(key);
            if (value == null) {
                value = items().field(key).defaultValue();
            }
            if (value != null) {
                parts.add(new PathElement.Part(key, value));
            }
        }
        if (parts.isEmpty()) {
            throw new InvalidItemException("associative list with keys has an element that omits all key fields "
                    + schema.mapKeys().stream()
                            .map(k -> '"' + k + '"')
                            .toList()
                            .toString()
                            .replace(",", "")
                    + " (and doesn't have default values for any key fields)");
        }
        if (parts.size() > 1) {
            parts.sort((a, b) -> a.name().compareTo(b.name()));
        }
        return new PathElement.Key(parts);
    }

    private JsonNode defaultValue() {
        return schema == null ? null : schema.defaultValue().orElse(null);
    }

    /** The items of a list with their path elements; items that cannot be told apart are left out. */
    List<Item> indexed(JsonNode list) {
        if (!(list instanceof ArrayNode array)) {
            return List.of();
        }
        List<Item> items = new ArrayList<>(array.size());
        for (JsonNode value : array) {
            PathElement element = itemOrNull(value);
            if (element != null) {
                items.add(new Item(element, value));
            }
        }
        return items;
    }

    /** An item of a list and the path element that names it. */
    record Item(PathElement element, JsonNode value) {}

    /** An item of a list has nothing to be known by. */
    static final class InvalidItemException extends Exception {
        private static final long serialVersionUID = 1L;

        InvalidItemException(String message) {
            super(message, null, false, false);
        }
    }
}

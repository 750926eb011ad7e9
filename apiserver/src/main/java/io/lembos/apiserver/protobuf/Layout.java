package io.lembos.apiserver.protobuf;

import java.util.Map;

/**
 * Where the JSON fields of one definition stand in its protobuf message. Immutable.
 *
 * @param slots by JSON name
 * @param embedded messages by number whose fields stand in the JSON of the whole, as a Volume's source does
 */
record Layout(Map<String, Slot> slots, Map<Integer, Layout> embedded) {
    /** One field: its number and what it holds. */
    record Slot(int number, Messages.Field field) {}
}

package io.lembos.dashboard.live;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.lembos.dashboard.rows.Table;
import java.time.Instant;
import java.util.Map;

/**
 * One message of the stream, in the making.
 *
 * <pre>
 * {"type": "snapshot", "now": "…Z", "more": false,
 *  "tables": {"pods": {"state": {"loaded": true, "notices": []}, "rows": [ROW, …]}, …}}
 * {"type": "delta", "now": "…Z", "more": false,
 *  "tables": {"pods": {"upsert": [ROW, …], "remove": ["uid", …]}}}
 * </pre>
 *
 * {@code more}: further changes wait and follow at once. {@code state} stands in a delta only when it changed.
 */
final class Message {
    private final ObjectNode root = JsonNodeFactory.instance.objectNode();
    private final ObjectNode tables = JsonNodeFactory.instance.objectNode();
    private final boolean snapshot;

    Message(boolean snapshot, Instant now) {
        this.snapshot = snapshot;
        root.put("type", snapshot ? "snapshot" : "delta");
        root.put("now", now.toString());
    }

    void state(Table table, TableState state) {
        ObjectNode node = table(table).putObject("state");
        node.put("loaded", state.loaded());
        ArrayNode notices = node.putArray("notices");
        state.notices()
                .forEach(notice -> notices.addObject()
                        .put("resource", notice.resource())
                        .put("reason", notice.reason())
                        .put("message", notice.message()));
    }

    void changes(Table table, Map<String, PendingRows.Change> changes) {
        if (changes.isEmpty() && !snapshot) {
            return;
        }
        ArrayNode rows = table(table).putArray(snapshot ? "rows" : "upsert");
        ArrayNode gone = JsonNodeFactory.instance.arrayNode();
        changes.forEach((uid, change) -> {
            if (change.row() == null) {
                gone.add(uid);
            } else {
                rows.addRawValue(new RawValue(change.row().json()));
            }
        });
        if (!snapshot) {
            table(table).set("remove", gone);
        }
    }

    String json(boolean more) {
        root.put("more", more);
        root.set("tables", tables);
        return root.toString();
    }

    private ObjectNode table(Table table) {
        ObjectNode known = (ObjectNode) tables.get(table.wireName());
        return known == null ? tables.putObject(table.wireName()) : known;
    }
}

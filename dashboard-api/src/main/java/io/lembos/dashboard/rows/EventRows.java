package io.lembos.dashboard.rows;

import static io.lembos.dashboard.rows.Row.orEmpty;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectReference;
import java.util.Locale;

/** Events as {@code kubectl get events} shows them. */
public final class EventRows {
    private EventRows() {}

    public static Row of(Event event) {
        ObjectNode cells = Row.cells();
        cells.put("type", orEmpty(event.getType()));
        cells.put("reason", orEmpty(event.getReason()));
        cells.put("object", about(event.getInvolvedObject()));
        cells.put("message", orEmpty(event.getMessage()).strip());
        cells.put("count", count(event));
        cells.put("lastSeen", lastSeen(event));
        cells.put("source", source(event));
        return Row.of(event.getMetadata(), cells);
    }

    /** RFC 3339; newer events sort after older ones. Empty only for an event without any time. */
    public static String lastSeen(Event event) {
        if (event.getSeries() != null && event.getSeries().getLastObservedTime() != null) {
            return orEmpty(event.getSeries().getLastObservedTime().getTime());
        }
        if (event.getLastTimestamp() != null) {
            return event.getLastTimestamp();
        }
        if (event.getEventTime() != null && event.getEventTime().getTime() != null) {
            return event.getEventTime().getTime();
        }
        return orEmpty(event.getMetadata().getCreationTimestamp());
    }

    private static int count(Event event) {
        if (event.getSeries() != null && event.getSeries().getCount() != null) {
            return event.getSeries().getCount();
        }
        return Math.max(1, Row.orZero(event.getCount()));
    }

    private static String about(ObjectReference object) {
        return object == null
                ? ""
                : orEmpty(object.getKind()).toLowerCase(Locale.ROOT) + "/" + orEmpty(object.getName());
    }

    private static String source(Event event) {
        boolean legacy = event.getSource() != null && event.getSource().getComponent() != null;
        return legacy ? event.getSource().getComponent() : orEmpty(event.getReportingComponent());
    }
}

package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import java.util.List;

/** An event of {@code events.k8s.io}: complete from the start, and only its series may go on. */
final class GroupEventRules implements Rules {
    private static final int NOTE_BYTES_MAX = 1024;
    /** Fields that stay, and the names by which Kubernetes refuses another value. */
    private static final List<List<String>> FIXED = List.of(
            List.of("regarding", "involvedObject"),
            List.of("reason", "reason"),
            List.of("note", "message"),
            List.of("deprecatedSource", "source"),
            List.of("deprecatedFirstTimestamp", "firstTimestamp"),
            List.of("deprecatedLastTimestamp", "lastTimestamp"),
            List.of("deprecatedCount", "count"),
            List.of("type", "type"),
            List.of("eventTime", "eventTime"),
            List.of("action", "action"),
            List.of("related", "related"),
            List.of("reportingController", "reportingController"),
            List.of("reportingInstance", "reportingInstance"));

    @Override
    public void check(ObjectNode object, List<Cause> causes) {
        // What makes an event sound is asked of new ones only.
    }

    @Override
    public void checkCreate(ObjectNode object, List<Cause> causes) {
        Field event = Field.of(object, causes);
        event.require("eventTime", "");
        event.require("type", "");
        if (!List.of("", "Normal", "Warning").contains(event.text("type"))) {
            event.at("type").invalid("has invalid value: " + event.text("type"));
        }
        event.require("reportingController", "");
        event.at("reportingController").form(n -> n.isEmpty() ? List.of() : Names.qualifiedName(n));
        event.require("reportingInstance", "");
        event.require("action", "");
        event.require("reason", "");
        if (Names.bytes(event.text("note")) > NOTE_BYTES_MAX) {
            event.at("note").invalid("can have at most " + NOTE_BYTES_MAX + " bytes");
        }
    }

    @Override
    public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
        FIXED.forEach(
                names -> new Field(updated.path(names.get(0)), names.get(1), causes).immutable(old.path(names.get(0))));
    }
}

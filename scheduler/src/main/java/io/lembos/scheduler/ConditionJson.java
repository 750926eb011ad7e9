package io.lembos.scheduler;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A pod condition as the patch that writes it: strategic merge by type, so other conditions stay. */
record ConditionJson(String type, String status, String reason, String message, String time) {
    private static final ObjectMapper JSON = new ObjectMapper();

    String patch() {
        ObjectNode patch = JSON.createObjectNode();
        patch.putObject("status")
                .putArray("conditions")
                .addObject()
                .put("type", type)
                .put("status", status)
                .put("reason", reason)
                .put("message", message)
                .put("lastTransitionTime", time);
        return patch.toString();
    }
}

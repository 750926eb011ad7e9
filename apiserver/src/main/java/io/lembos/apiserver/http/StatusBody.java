package io.lembos.apiserver.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import io.lembos.api.json.PooledJson;

/** Writes {@code metav1.Status}: the only place where an error gets its wire form. */
public final class StatusBody {
    private static final ObjectMapper JSON = new ObjectMapper(PooledJson.factory());

    private StatusBody() {}

    public static ObjectNode of(ApiError error) {
        ObjectNode status = JSON.createObjectNode();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure");
        status.put("message", error.getMessage());
        status.put("reason", error.reason().name());
        details(error.details(), status);
        status.put("code", error.code());
        return status;
    }

    /** The answer to an action that leaves nothing to show. */
    public static ObjectNode success() {
        ObjectNode status = JSON.createObjectNode();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        return status.put("status", "Success").put("code", 201);
    }

    /** The answer to a deletion that removed the object at once. */
    public static ObjectNode success(String group, String resource, String name, String uid) {
        ObjectNode status = JSON.createObjectNode();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        ObjectNode details = status.putObject("details");
        details.put("name", name);
        if (!group.isEmpty()) {
            details.put("group", group);
        }
        details.put("kind", resource).put("uid", uid);
        return status;
    }

    private static void details(ApiError.Details details, ObjectNode status) {
        if (details.equals(ApiError.Details.NONE)) {
            return;
        }
        ObjectNode node = status.putObject("details");
        putUnlessEmpty(node, "name", details.name());
        putUnlessEmpty(node, "group", details.group());
        putUnlessEmpty(node, "kind", details.kind());
        putUnlessEmpty(node, "uid", details.uid());
        if (!details.causes().isEmpty()) {
            ArrayNode causes = node.putArray("causes");
            for (Cause cause : details.causes()) {
                causes.addObject()
                        .put("reason", cause.reason())
                        .put("message", cause.message())
                        .put("field", cause.field());
            }
        }
        if (details.retryAfterSeconds() > 0) {
            node.put("retryAfterSeconds", details.retryAfterSeconds());
        }
    }

    private static void putUnlessEmpty(ObjectNode node, String field, String value) {
        if (!value.isEmpty()) {
            node.put(field, value);
        }
    }
}

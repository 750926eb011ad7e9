package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.Cause;
import java.util.Base64;
import java.util.List;

/** A config map: keys that can be file names, at most 1 MiB, and no change once it is immutable. */
final class ConfigMapRules implements Rules {
    static final int MAX_BYTES = 1024 * 1024;

    @Override
    public void check(ObjectNode map, List<Cause> causes) {
        long total = 0;
        for (var entry : map.path("data").properties()) {
            String key = entry.getKey();
            Names.dataKey(key).forEach(w -> causes.add(Cause.invalid("data[" + key + "]", key, w)));
            if (map.path("binaryData").has(key)) {
                causes.add(Cause.invalid("data[" + key + "]", key, "duplicate of key present in binaryData"));
            }
            total += Names.bytes(entry.getValue().asText());
        }
        for (var entry : map.path("binaryData").properties()) {
            String key = entry.getKey();
            Names.dataKey(key).forEach(w -> causes.add(Cause.invalid("binaryData[" + key + "]", key, w)));
            total += decodedBytes(entry.getValue());
        }
        if (total > MAX_BYTES) {
            causes.add(Cause.tooLong("[]", MAX_BYTES));
        }
    }

    @Override
    public void checkUpdate(ObjectNode updated, ObjectNode old, List<Cause> causes) {
        frozen(updated, old, List.of("data", "binaryData"), causes);
    }

    /** What is marked immutable stays so, with these fields as they are. */
    static void frozen(ObjectNode updated, ObjectNode old, List<String> fields, List<Cause> causes) {
        if (!old.path("immutable").asBoolean(false)) {
            return;
        }
        String why = "field is immutable when `immutable` is set";
        if (!updated.path("immutable").asBoolean(false)) {
            causes.add(Cause.forbidden("immutable", why));
        }
        for (String field : fields) {
            if (!updated.path(field).equals(old.path(field))) {
                causes.add(Cause.forbidden(field, why));
            }
        }
    }

    static int decodedBytes(JsonNode base64) {
        return Base64.getMimeDecoder().decode(base64.asText()).length;
    }
}

package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** {@code stringData} is a way of writing only: it is merged into {@code data} and never stored. */
final class SecretStrategy extends DelegatingStrategy {
    SecretStrategy(KindStrategy standard) {
        super(standard);
    }

    @Override
    public void prepareForCreate(ObjectNode secret) {
        super.prepareForCreate(secret);
        mergeStringData(secret);
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode old) {
        super.prepareForUpdate(updated, old);
        mergeStringData(updated);
        if (updated.path("type").asText("").isEmpty()) {
            StandardStrategy.take("type", old, updated);
        }
    }

    private static void mergeStringData(ObjectNode secret) {
        if (secret.remove("stringData") instanceof ObjectNode texts && !texts.isEmpty()) {
            ObjectNode data = secret.withObject("/data");
            texts.properties()
                    .forEach(e -> data.put(e.getKey(), encoded(e.getValue().asText())));
        }
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}

package io.lembos.runtime.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lembos.runtime.images.Digest;
import io.lembos.runtime.images.ImageFormatException;
import java.util.ArrayList;
import java.util.List;

/** Reads OCI's image configuration (image-spec, config.md). */
final class ImageConfigs {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ImageConfigs() {}

    static JsonNode read(String config) {
        try {
            return JSON.readTree(config);
        } catch (JsonProcessingException e) {
            throw new ImageFormatException("an image whose configuration is not JSON", e);
        }
    }

    /** Digests of the layers' tar streams, lowest first. */
    static List<Digest> diffIds(JsonNode config) {
        List<Digest> ids = new ArrayList<>();
        config.path("rootfs").path("diff_ids").forEach(id -> ids.add(new Digest(id.asText())));
        return ids;
    }

    /** {@code user[:group]}, empty for root. */
    static String user(String config) {
        return read(config).path("config").path("User").asText("");
    }
}

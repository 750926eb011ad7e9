package io.lembos.apiserver.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.ApiError;
import java.io.IOException;
import java.util.Base64;

/**
 * Where a list goes on: after which key, and as of which revision. Opaque to clients.
 *
 * @param after the last key of the page before, without the prefix of the list
 */
record ContinueToken(long revision, String after) {

    String encode() {
        try {
            byte[] json = CanonicalJson.MAPPER.writeValueAsBytes(CanonicalJson.MAPPER
                    .createObjectNode()
                    .put("v", "meta.k8s.io/v1")
                    .put("rv", revision)
                    .put("start", after));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static ContinueToken decode(String token) {
        try {
            JsonNode json = CanonicalJson.MAPPER.readTree(Base64.getUrlDecoder().decode(token));
            if (json.path("rv").asLong() > 0 && json.path("start").isTextual()) {
                return new ContinueToken(
                        json.path("rv").asLong(), json.path("start").asText());
            }
        } catch (IOException | IllegalArgumentException e) {
            // Answered below.
        }
        throw ApiError.badRequest("invalid continue token: continue key is not valid");
    }
}

package io.lembos.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.webhook.Webhook;
import io.lembos.apiserver.webhook.WebhookCaller;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks a webhook to convert an object, and believes it no more than it must: the answer is the same object in the wanted
 * version, of whose metadata only labels and annotations may differ. Safe for many threads.
 */
final class WebhookConversion implements Conversion {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final WebhookCaller caller;
    private final Webhook webhook;
    private final String kind;
    private final String reviewVersion;
    private final AtomicLong asked = new AtomicLong();

    WebhookConversion(WebhookCaller caller, Definition definition) {
        JsonNode config = definition.conversion().path("webhook");
        this.caller = caller;
        this.webhook = Webhook.of(config.path("clientConfig"));
        this.kind = definition.requestedNames().path("kind").asText();
        this.reviewVersion = config.path("conversionReviewVersions")
                .valueStream()
                .map(JsonNode::asText)
                .filter(v -> v.equals("v1") || v.equals("v1beta1"))
                .findFirst()
                .orElse("v1");
    }

    @Override
    public ObjectNode convert(ObjectNode object, String apiVersion) {
        String uid = new UUID(System.identityHashCode(this), asked.incrementAndGet()).toString();
        ObjectNode review = CanonicalJson.MAPPER.createObjectNode();
        review.put("kind", "ConversionReview").put("apiVersion", "apiextensions.k8s.io/" + reviewVersion);
        ObjectNode request = review.putObject("request").put("uid", uid).put("desiredAPIVersion", apiVersion);
        request.putArray("objects").add(object);
        try {
            byte[] body = CanonicalJson.MAPPER.writeValueAsBytes(review);
            JsonNode answer = CanonicalJson.MAPPER.readTree(caller.call(webhook, body, TIMEOUT));
            return checked(answer.path("response"), uid, object, apiVersion);
        } catch (IOException e) {
            throw failed(object, "failed: " + e.getMessage());
        }
    }

    private ObjectNode checked(JsonNode response, String uid, ObjectNode object, String apiVersion) {
        String status = response.path("result").path("status").asText("");
        if (!response.path("uid").asText("").equals(uid)) {
            throw failed(
                    object,
                    "failed: expected response.uid=\"" + uid + "\", got \""
                            + response.path("uid").asText("") + "\"");
        }
        if (!status.equals("Success")) {
            String message = response.path("result").path("message").asText("");
            throw failed(
                    object,
                    "failed: "
                            + (message.isEmpty()
                                    ? "response.result.status was '" + status + "', not 'Success'"
                                    : message));
        }
        JsonNode converted = response.path("convertedObjects");
        if (converted.size() != 1) {
            throw failed(object, "returned " + converted.size() + " objects, expected 1");
        }
        String invalid = "returned invalid converted object at index 0: ";
        if (!(converted.get(0) instanceof ObjectNode result)) {
            throw failed(object, invalid + "not an object");
        }
        String version = result.path("apiVersion").asText("");
        if (!version.equals(apiVersion)) {
            throw failed(
                    object, invalid + "invalid groupVersion (expected " + apiVersion + ", received " + version + ")");
        }
        String name = result.path("kind").asText("");
        if (!name.equals(object.path("kind").asText())) {
            throw failed(
                    object,
                    invalid + "invalid kind (expected " + object.path("kind").asText() + ", received " + name + ")");
        }
        restoreMetadata(object, result);
        return result;
    }

    private void restoreMetadata(ObjectNode object, ObjectNode result) {
        JsonNode before = object.path("metadata");
        JsonNode after = result.path("metadata");
        String invalid = "returned invalid metadata in object at index 0: ";
        if (!after.isObject()) {
            throw failed(object, invalid + "missing metadata in converted object");
        }
        for (String field : new String[] {"name", "namespace", "uid"}) {
            String was = before.path(field).asText("");
            String is = after.path(field).asText("");
            if (!was.equals(is)) {
                String word = field.equals("uid") ? "UID" : field;
                throw failed(object, invalid + "must have the same " + word + ": " + was + " != " + is);
            }
        }
        ObjectNode metadata = (ObjectNode) before.deepCopy();
        for (String field : new String[] {"labels", "annotations"}) {
            metadata.remove(field);
            if (after.path(field).isObject()) {
                metadata.set(field, after.get(field));
            }
        }
        result.set("metadata", metadata);
    }

    private ApiError failed(ObjectNode object, String why) {
        String version = object.path("apiVersion").asText();
        return ApiError.of(Reason.InternalError, "conversion webhook for " + version + ", Kind=" + kind + " " + why);
    }
}

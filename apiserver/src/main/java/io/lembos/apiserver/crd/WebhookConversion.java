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
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks a webhook to convert objects, all in one request, and believes it no more than it must: the answer is the same objects
 * in the wanted version and the same order, of whose metadata only labels and annotations may differ. One that is not fails
 * all. Safe for many threads.
 */
final class WebhookConversion implements Conversion {
    private static final String REVIEW_GROUP = "apiextensions.k8s.io/";
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
    public List<ObjectNode> convert(List<ObjectNode> objects, String apiVersion) {
        String uid = new UUID(System.identityHashCode(this), asked.incrementAndGet()).toString();
        ObjectNode review = CanonicalJson.MAPPER.createObjectNode();
        review.put("kind", "ConversionReview").put("apiVersion", REVIEW_GROUP + reviewVersion);
        ObjectNode request = review.putObject("request").put("uid", uid).put("desiredAPIVersion", apiVersion);
        request.putArray("objects").addAll(objects);
        String about = "conversion webhook for "
                + objects.getFirst().path("apiVersion").asText() + ", Kind=" + kind;
        JsonNode answer;
        try {
            byte[] body = CanonicalJson.MAPPER.writeValueAsBytes(review);
            answer = CanonicalJson.MAPPER.readTree(caller.call(webhook, body, TIMEOUT));
        } catch (IOException e) {
            throw ApiError.of(Reason.InternalError, about + " failed: " + e.getMessage());
        }
        return new Answer(about, apiVersion, objects).checked(answer.path("response"), uid);
    }

    /**
     * What may be believed of an answer.
     *
     * @param about with which every complaint begins
     * @param apiVersion that was asked for
     * @param asked the objects as they were sent
     */
    private record Answer(String about, String apiVersion, List<ObjectNode> asked) {
        List<ObjectNode> checked(JsonNode response, String uid) {
            String status = response.path("result").path("status").asText("");
            String answeredUid = response.path("uid").asText("");
            if (!answeredUid.equals(uid)) {
                throw failed("failed: expected response.uid=\"" + uid + "\", got \"" + answeredUid + "\"");
            }
            if (!status.equals("Success")) {
                String message = response.path("result").path("message").asText("");
                String standard = "response.result.status was '" + status + "', not 'Success'";
                throw failed("failed: " + (message.isEmpty() ? standard : message));
            }
            JsonNode converted = response.path("convertedObjects");
            if (converted.size() != asked.size()) {
                throw failed("returned " + converted.size() + " objects, expected " + asked.size());
            }
            List<ObjectNode> results = new ArrayList<>(asked.size());
            for (int i = 0; i < asked.size(); i++) {
                results.add(checked(asked.get(i), converted.get(i), i));
            }
            return results;
        }

        private ObjectNode checked(ObjectNode object, JsonNode converted, int index) {
            String invalid = "returned invalid converted object at index " + index + ": ";
            if (!(converted instanceof ObjectNode result)) {
                throw failed(invalid + "not an object");
            }
            String version = result.path("apiVersion").asText("");
            if (!version.equals(apiVersion)) {
                throw failed(invalid + "invalid groupVersion (expected " + apiVersion + ", received " + version + ")");
            }
            String wanted = object.path("kind").asText();
            String received = result.path("kind").asText("");
            if (!received.equals(wanted)) {
                throw failed(invalid + "invalid kind (expected " + wanted + ", received " + received + ")");
            }
            restoreMetadata(object.path("metadata"), result, index);
            return result;
        }

        private void restoreMetadata(JsonNode before, ObjectNode result, int index) {
            JsonNode after = result.path("metadata");
            String place = "object at index " + index + ": ";
            if (!after.isObject()) {
                throw failed("returned invalid metadata in " + place + "missing metadata in converted object");
            }
            for (String field : List.of("name", "namespace", "uid")) {
                String was = before.path(field).asText("");
                String is = after.path(field).asText("");
                if (!was.equals(is)) {
                    String word = field.equals("uid") ? "UID" : field;
                    throw failed("returned invalid converted " + place + "must have the same " + word + ": " + was
                            + " != " + is);
                }
            }
            ObjectNode metadata = (ObjectNode) before.deepCopy();
            for (String field : List.of("labels", "annotations")) {
                metadata.remove(field);
                if (after.path(field).isObject()) {
                    metadata.set(field, after.get(field));
                }
            }
            result.set("metadata", metadata);
        }

        private ApiError failed(String why) {
            return ApiError.of(Reason.InternalError, about + " " + why);
        }
    }
}

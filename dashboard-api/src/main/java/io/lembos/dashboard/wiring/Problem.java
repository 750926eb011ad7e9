package io.lembos.dashboard.wiring;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/**
 * The body of a refusal.
 *
 * @param reason one word, as in Kubernetes' {@code Status}
 * @param message a sentence for people
 */
public record Problem(String reason, String message) {
    static final Problem UNAUTHORIZED = new Problem(
            "Unauthorized", "Log in with a code from `./lembos dashboard`, or present a client certificate");

    void send(HttpServerResponse response, int status) {
        String body =
                new JsonObject().put("reason", reason).put("message", message).encode();
        response.setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(body);
    }
}

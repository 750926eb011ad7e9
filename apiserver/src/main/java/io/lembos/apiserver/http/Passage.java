package io.lembos.apiserver.http;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import java.util.Locale;
import java.util.Set;

/** Requests and answers that only pass through: what goes on, and what belongs to one connection alone (RFC 9110, 7.6.1). */
public final class Passage {
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "host",
            "authorization",
            "content-length");
    private static final String REMOTE = "x-remote-";

    private Passage() {}

    /** Leaves out how the caller proved who it is, and what only we may say of it. */
    public static void copyHeaders(MultiMap from, MultiMap to) {
        from.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!HOP_BY_HOP.contains(lower) && !lower.startsWith(REMOTE) && !lower.startsWith("impersonate-")) {
                to.add(name, value);
            }
        });
    }

    /** Answers with another server's answer, piece by piece and as fast as the client takes it. */
    public static Future<Void> forward(HttpClientResponse answer, HttpServerResponse response) {
        response.setStatusCode(answer.statusCode());
        answer.headers().forEach((name, value) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                response.headers().add(name, value);
            }
        });
        String length = answer.getHeader("Content-Length");
        if (length == null) {
            response.setChunked(true);
        } else {
            response.putHeader("Content-Length", length);
        }
        response.writeHead();
        return answer.pipeTo(response);
    }
}

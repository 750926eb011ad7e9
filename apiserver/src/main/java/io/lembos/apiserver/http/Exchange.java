package io.lembos.apiserver.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.api.json.PooledJson;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One authenticated request and the way to answer it. Used by the one virtual thread that works on the request; answers
 * exactly once.
 */
public final class Exchange {
    static final ObjectMapper JSON = new ObjectMapper(PooledJson.factory());
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES));

    private final HttpServerRequest request;
    private final RequestInfo info;
    private final Identity identity;
    private final byte[] body;

    Exchange(HttpServerRequest request, RequestInfo info, Identity identity, byte[] body) {
        this.request = request;
        this.info = info;
        this.identity = identity;
        this.body = body;
    }

    /** Whether the caller wants to go on in WebSocket. */
    public boolean asksForWebSocket() {
        return asksForWebSocket(request);
    }

    static boolean asksForWebSocket(HttpServerRequest request) {
        return "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
    }

    public RequestInfo info() {
        return info;
    }

    public Identity identity() {
        return identity;
    }

    /** The body as it came. */
    public byte[] body() {
        return body;
    }

    public String header(String name) {
        String value = request.getHeader(name);
        return value == null ? "" : value;
    }

    /** A query parameter, empty when it is not given. */
    public String query(String name) {
        String value = request.getParam(name);
        return value == null ? "" : value;
    }

    public List<String> queries(String name) {
        return request.params().getAll(name);
    }

    /** Whether a query parameter is given and true, as Go's {@code strconv.ParseBool} reads it. */
    public boolean flag(String name) {
        return List.of("1", "t", "T", "true", "TRUE", "True").contains(query(name));
    }

    /** A query parameter that is a number; anything else is a 400 that names it. */
    public Optional<Long> number(String name) {
        String text = query(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw ApiError.badRequest("invalid value \"" + text + "\" for query parameter " + name + ": not a number");
        }
    }

    /** The form in which the caller wants its answer, of those that are possible. */
    public Accept accept(Set<Accept.Encoding> possible) {
        return Accept.of(request.getHeader("Accept"), possible);
    }

    /** Whether the caller takes a long answer compressed. */
    public boolean acceptsGzip() {
        return Gzip.isAccepted(header("Accept-Encoding"));
    }

    /** Media type of the body without its parameters. */
    public String contentType() {
        return header("Content-Type").split(";")[0].trim();
    }

    /** Where the connection's reads and writes happen; what writes much writes from there. */
    public Context eventLoop() {
        // Vert.x has no public way from a request to its context.
        return ((HttpServerRequestInternal) request).context();
    }

    public HttpServerResponse response() {
        return request.response();
    }

    public HttpServerRequest request() {
        return request;
    }

    /** Adds a {@code Warning} header (RFC 7234, code 299), which kubectl shows to its user. */
    public void warn(String text) {
        response()
                .headers()
                .add("Warning", "299 - \"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
    }

    /** Answers with ready JSON, or its YAML form if that was asked for. */
    public void answer(int code, byte[] json) {
        if (accept(Accept.TEXT).encoding() == Accept.Encoding.YAML) {
            send(code, Accept.Encoding.YAML.contentType(), yaml(json));
        } else {
            send(code, Accept.Encoding.JSON.contentType(), json);
        }
    }

    public void answer(int code, JsonNode json) {
        answer(code, bytes(json));
    }

    public void send(int code, String contentType, byte[] content) {
        HttpServerResponse response = response();
        if (!response.ended() && !response.closed()) {
            boolean compress = content.length >= Gzip.THRESHOLD_BYTES && acceptsGzip();
            if (compress) {
                Gzip.announce(response);
            }
            byte[] sent = compress ? Gzip.compress(content) : content;
            response.setStatusCode(code)
                    .putHeader("Content-Type", contentType)
                    .end(Buffer.buffer(io.netty.buffer.Unpooled.wrappedBuffer(sent)));
        }
    }

    /** Answers with a Status; if the answer has begun already, breaks it off so that nobody takes it for whole. */
    public void fail(ApiError error) {
        HttpServerResponse response = response();
        if (response.headWritten()) {
            response.reset();
            return;
        }
        if (error.details().retryAfterSeconds() > 0) {
            response.putHeader("Retry-After", String.valueOf(error.details().retryAfterSeconds()));
        }
        send(error.code(), Accept.Encoding.JSON.contentType(), bytes(StatusBody.of(error)));
    }

    static byte[] bytes(JsonNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] yaml(byte[] json) {
        try {
            return YAML.writeValueAsBytes(JSON.readTree(json));
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

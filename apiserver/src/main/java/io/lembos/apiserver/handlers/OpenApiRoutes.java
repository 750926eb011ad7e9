package io.lembos.apiserver.handlers;

import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.openapi.OpenApiDocuments;
import java.util.Optional;

/** {@code /openapi/v2} and {@code /openapi/v3}: what the kinds look like. A client that has a document already gets 304. */
public final class OpenApiRoutes {
    private static final String V3 = "/openapi/v3/";

    private final OpenApiDocuments documents;

    public OpenApiRoutes(OpenApiDocuments documents) {
        this.documents = documents;
    }

    /** Answers if the path is an OpenAPI document. */
    public boolean dispatch(Exchange exchange) {
        String path = exchange.info().path();
        if (!path.startsWith("/openapi/")) {
            return false;
        }
        if (path.equals("/openapi/v2") && !OpenApiDocuments.acceptsJson(exchange.header("Accept"))) {
            throw ApiError.of(Reason.NotAcceptable, "only the following media types are accepted: application/json");
        }
        Optional<OpenApiDocuments.Document> document = find(path);
        document.ifPresent(d -> send(exchange, d));
        return document.isPresent();
    }

    private Optional<OpenApiDocuments.Document> find(String path) {
        return switch (path) {
            case "/openapi/v2" -> Optional.of(documents.v2());
            case "/openapi/v3", "/openapi/v3/" -> Optional.of(documents.v3Index());
            default -> path.startsWith(V3) ? documents.v3(path.substring(V3.length())) : Optional.empty();
        };
    }

    private static void send(Exchange exchange, OpenApiDocuments.Document document) {
        String etag = "\"" + document.etag() + "\"";
        exchange.response().putHeader("ETag", etag).putHeader("Vary", "Accept");
        if (!exchange.query("hash").isEmpty()) {
            exchange.response().putHeader("Cache-Control", "public, immutable");
        }
        if (exchange.header("If-None-Match").equals(etag)) {
            exchange.response().setStatusCode(304).end();
            return;
        }
        exchange.send(200, "application/json", document.json());
    }
}

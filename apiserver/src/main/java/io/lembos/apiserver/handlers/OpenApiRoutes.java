package io.lembos.apiserver.handlers;

import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.apiserver.aggregation.RemoteVersion;
import io.lembos.apiserver.aggregation.RemoteVersions;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.openapi.OpenApiDocuments;
import java.util.List;
import java.util.Optional;

/** {@code /openapi/v2} and {@code /openapi/v3}: what the kinds look like. A client that has a document already gets 304. */
public final class OpenApiRoutes {
    private static final String V3 = "/openapi/v3/";

    private final OpenApiDocuments documents;
    private final RemoteVersions remotes;

    public OpenApiRoutes(OpenApiDocuments documents, RemoteVersions remotes) {
        this.documents = documents;
        this.remotes = remotes;
    }

    /** Answers if the path is an OpenAPI document. */
    public boolean dispatch(Exchange exchange) {
        String path = exchange.info().path();
        if (!path.startsWith("/openapi/")) {
            return false;
        }
        Optional<OpenApiDocuments.Document> document =
                path.equals("/openapi/v2") ? Optional.of(v2(exchange.header("Accept"))) : find(path);
        document.ifPresent(d -> send(exchange, d));
        return document.isPresent();
    }

    private Optional<OpenApiDocuments.Document> find(String path) {
        return switch (path) {
            case "/openapi/v3", "/openapi/v3/" -> Optional.of(documents.v3Index(elsewhere()));
            default -> path.startsWith(V3) ? documents.v3(path.substring(V3.length())) : Optional.empty();
        };
    }

    private List<String> elsewhere() {
        return remotes.table().versions().stream()
                .filter(RemoteVersion::available)
                .map(r -> "apis/" + r.groupVersion())
                .toList();
    }

    private OpenApiDocuments.Document v2(String accept) {
        if (OpenApiDocuments.acceptsJson(accept)) {
            return documents.v2();
        }
        if (OpenApiDocuments.acceptsProtobuf(accept)) {
            return documents.v2Protobuf();
        }
        throw ApiError.of(
                Reason.NotAcceptable,
                "only the following media types are accepted: application/json, "
                        + "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
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
        exchange.send(200, document.contentType(), document.content());
    }
}

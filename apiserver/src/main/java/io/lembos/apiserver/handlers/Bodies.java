package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import io.lembos.api.error.Reason;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.protobuf.ProtobufDecoder;
import io.lembos.apiserver.schema.FieldCheck;
import io.lembos.apiserver.schema.ObjectDecoder;
import io.lembos.apiserver.schema.ObjectDecoder.Format;
import io.lembos.apiserver.schema.SchemaCatalog;
import io.lembos.apiserver.schema.Strictness;
import io.lembos.apiserver.validation.Intake;
import java.util.List;

/** Reads objects out of request bodies, in JSON, YAML or protobuf, and passes warnings on to the client. Stateless. */
public final class Bodies {
    private static final String DELETE_OPTIONS = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";

    private final Intake intake;
    private final SchemaCatalog catalog;
    private final ProtobufDecoder protobuf;

    public Bodies(Intake intake, SchemaCatalog catalog) {
        this.intake = intake;
        this.catalog = catalog;
        this.protobuf = new ProtobufDecoder(catalog);
    }

    /** An object of the kind, without what its schema does not know. */
    ObjectNode read(Kind kind, Exchange exchange) {
        if (kind.custom().isPresent() && isProtobuf(exchange)) {
            throw ApiError.of(
                    Reason.UnsupportedMediaType,
                    "the body of the request was in an unknown format - accepted media types include:"
                            + " application/json, application/yaml");
        }
        Intake.Decoded decoded = isProtobuf(exchange)
                ? intake.fit(kind, protobuf.decode(exchange.body(), kind.definition()), strictness(exchange))
                : intake.decode(kind, exchange.body(), format(exchange), strictness(exchange));
        decoded.warnings().forEach(exchange::warn);
        return decoded.object();
    }

    /** An object that is not stored, such as a Binding or a Scale. */
    ObjectNode read(Kind owner, Kind.Subresource subresource, Exchange exchange) {
        return read(subresource.kind(), owner.definitionOf(subresource), exchange);
    }

    /** The options of a deletion; none when the body is empty. */
    ObjectNode deleteOptions(Exchange exchange) {
        return exchange.body().length == 0
                ? JsonNodeFactory.instance.objectNode()
                : read("DeleteOptions", DELETE_OPTIONS, exchange);
    }

    static Strictness strictness(Exchange exchange) {
        String asked = exchange.query("fieldValidation");
        return Strictness.of(asked)
                .orElseThrow(() -> OptionErrors.of(
                        exchange.info().verb(),
                        Cause.notSupported("fieldValidation", asked, List.of("", "Ignore", "Strict", "Warn"))));
    }

    private ObjectNode read(String kind, String definition, Exchange exchange) {
        JsonNode node = isProtobuf(exchange)
                ? protobuf.decode(exchange.body(), definition)
                : ObjectDecoder.decode(exchange.body(), format(exchange)).node();
        if (node instanceof ObjectNode object) {
            FieldCheck.prune(object, catalog.schema(definition), kind, "v1");
            return object;
        }
        throw ApiError.badRequest("couldn't get version/kind; json parse error: json: cannot unmarshal "
                + node.getNodeType().name().toLowerCase(java.util.Locale.ROOT) + " into a " + kind);
    }

    private static boolean isProtobuf(Exchange exchange) {
        return exchange.contentType().equals(ProtobufDecoder.CONTENT_TYPE);
    }

    private static Format format(Exchange exchange) {
        return switch (exchange.contentType()) {
            case "application/json", "" -> Format.JSON;
            case "application/yaml", "application/x-yaml" -> Format.YAML;
            default ->
                throw ApiError.of(
                        Reason.UnsupportedMediaType,
                        "the body of the request was in an unknown format - accepted media types include:"
                                + " application/json, application/yaml, " + ProtobufDecoder.CONTENT_TYPE);
        };
    }
}

package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.schema.ObjectDecoder.Format;
import io.lembos.apiserver.schema.Strictness;
import io.lembos.apiserver.validation.Intake;

/** Reads objects out of request bodies and passes warnings on to the client. */
final class Bodies {

    private Bodies() {}

    static ObjectNode read(Intake intake, Kind kind, Exchange exchange) {
        Intake.Decoded decoded = intake.decode(kind, exchange.body(), format(exchange), strictness(exchange));
        decoded.warnings().forEach(exchange::warn);
        return decoded.object();
    }

    static Strictness strictness(Exchange exchange) {
        return Strictness.of(exchange.query("fieldValidation"));
    }

    static Format format(Exchange exchange) {
        return switch (exchange.contentType()) {
            case "application/json", "" -> Format.JSON;
            case "application/yaml", "application/x-yaml" -> Format.YAML;
            default ->
                throw ApiError.of(
                        Reason.UnsupportedMediaType,
                        "the body of the request was in an unknown format - accepted media types include:"
                                + " application/json, application/yaml");
        };
    }
}

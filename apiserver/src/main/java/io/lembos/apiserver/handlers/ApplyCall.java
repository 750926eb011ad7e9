package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.authz.Attributes;
import io.lembos.apiserver.authz.Authorizer;
import io.lembos.apiserver.authz.Denial;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.http.RequestInfo;
import io.lembos.apiserver.registry.ObjectApplier;
import io.lembos.apiserver.schema.FieldCheck;
import io.lembos.apiserver.schema.ObjectDecoder;
import io.lembos.apiserver.schema.Strictness;
import java.util.List;
import java.util.Set;

/**
 * A {@code PATCH} that applies a configuration.
 *
 * @param warnings about how the configuration is written
 */
record ApplyCall(ObjectApplier.Request request, List<String> warnings) {
    /** JSON is YAML, so both names mean the same. */
    private static final Set<String> CONTENT_TYPES =
            Set.of("application/apply-patch+yaml", "application/apply-patch+json");

    /** Whether the request is one. */
    static boolean isMeantBy(Exchange exchange) {
        return CONTENT_TYPES.contains(exchange.contentType());
    }

    /** Refuses an option that only an apply has. */
    static void refuseForce(Exchange exchange) {
        if (!exchange.query("force").isEmpty()) {
            throw OptionErrors.of("patch", Cause.forbidden("force", "may not be specified for non-apply patch"));
        }
    }

    static ApplyCall of(Exchange exchange, Authorizer authorizer) {
        if (exchange.query("fieldManager").isEmpty()) {
            throw OptionErrors.of("patch", Cause.required("fieldManager", "is required for apply patch"));
        }
        Strictness strictness = Bodies.strictness(exchange);
        ObjectDecoder.Decoded decoded = decode(exchange.body());
        if (!(decoded.node() instanceof ObjectNode config)) {
            throw ApiError.badRequest("error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot"
                    + " unmarshal " + decoded.node().getNodeType().name().toLowerCase(java.util.Locale.ROOT)
                    + " into Go value of type map[string]interface {}");
        }
        List<String> warnings = judge(decoded.duplicates(), strictness);
        Runnable mayCreate = () -> requireCreate(exchange, authorizer);
        return new ApplyCall(new ObjectApplier.Request(config, exchange.flag("force"), mayCreate), warnings);
    }

    /** JSON, which most clients send, is read as such: that is faster. */
    private static ObjectDecoder.Decoded decode(byte[] body) {
        try {
            boolean json = body.length > 0 && body[0] == '{';
            return ObjectDecoder.decode(body, json ? ObjectDecoder.Format.JSON : ObjectDecoder.Format.YAML);
        } catch (ApiError e) {
            return decodeYaml(body);
        }
    }

    private static ObjectDecoder.Decoded decodeYaml(byte[] body) {
        try {
            return ObjectDecoder.decode(body, ObjectDecoder.Format.YAML);
        } catch (ApiError e) {
            throw ApiError.badRequest("error decoding YAML: " + e.getMessage());
        }
    }

    private static List<String> judge(List<String> duplicates, Strictness strictness) {
        if (duplicates.isEmpty()) {
            return List.of();
        }
        String what = "error converting YAML to JSON: yaml: unmarshal errors:\n  "
                + String.join(
                        "\n  ",
                        duplicates.stream()
                                .map(d -> "key \"" + d.substring(d.lastIndexOf('.') + 1) + "\" already set in map")
                                .toList());
        if (strictness == Strictness.STRICT) {
            throw ApiError.badRequest("error strict decoding YAML: " + what);
        }
        return FieldCheck.judge(List.of(what.replace("\n", "")), strictness);
    }

    /** Who may patch may not for that create. */
    private static void requireCreate(Exchange exchange, Authorizer authorizer) {
        RequestInfo info = exchange.info();
        Attributes create = new Attributes(
                exchange.identity(),
                "create",
                info.group(),
                info.resource(),
                info.subresource(),
                info.namespace(),
                info.name(),
                info.path());
        if (!authorizer.allows(create)) {
            throw Denial.of(create);
        }
    }
}

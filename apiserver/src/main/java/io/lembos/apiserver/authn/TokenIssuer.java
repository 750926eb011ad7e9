package io.lembos.apiserver.authn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindRegistry;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ObjectReader;
import io.lembos.apiserver.schema.Times;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Answers requests for tokens of service accounts (TokenRequest), for whoever may ask. A node agent gets only tokens that
 * are bound to pods of its node. Stores nothing. Stateless.
 */
public final class TokenIssuer {
    private static final long SECONDS_DEFAULT = 3600;
    private static final long SECONDS_MIN = 600;
    private static final long SECONDS_MAX = 1L << 32;
    private static final List<String> BINDABLE = List.of("Node", "Pod", "Secret");
    private static final String NODES = "system:nodes";
    private static final String NODE_PREFIX = "system:node:";

    private final KindRegistry kinds;
    private final ObjectReader reader;
    private final ServiceAccountTokens tokens;
    private final Clock clock;

    public TokenIssuer(KindRegistry kinds, ObjectReader reader, ServiceAccountTokens tokens, Clock clock) {
        this.kinds = kinds;
        this.reader = reader;
        this.tokens = tokens;
        this.clock = clock;
    }

    /** The request with its answer filled in. */
    public ObjectNode issue(ObjectKey account, ObjectNode request, Identity caller) {
        Kind accounts = kinds.byPlural("", "v1", "serviceaccounts").orElseThrow();
        ObjectNode found = CanonicalJson.read(reader.get(accounts, account).bytes());
        JsonNode spec = request.path("spec");
        long seconds = spec.path("expirationSeconds").asLong(SECONDS_DEFAULT);
        validate(account, seconds);
        Instant now = clock.now().truncatedTo(ChronoUnit.SECONDS);
        TokenClaims claims = new TokenClaims(
                UUID.randomUUID().toString(),
                ServiceAccountTokens.ISSUER,
                account,
                found.path("metadata").path("uid").asText(),
                audiences(spec),
                now,
                now.plus(Duration.ofSeconds(seconds)),
                bound(account, spec.path("boundObjectRef"), caller));
        return answer(request, claims, seconds);
    }

    private ObjectNode answer(ObjectNode request, TokenClaims claims, long seconds) {
        request.put("kind", "TokenRequest").put("apiVersion", "authentication.k8s.io/v1");
        request.withObject("/metadata")
                .put("name", claims.account().name())
                .put("namespace", claims.account().namespace())
                .put("creationTimestamp", Times.seconds(claims.issued()));
        ObjectNode spec = request.withObject("/spec");
        spec.put("expirationSeconds", seconds);
        ArrayNode audiences = spec.putArray("audiences");
        claims.audiences().forEach(audiences::add);
        request.putObject("status")
                .put("token", tokens.sign(claims))
                .put("expirationTimestamp", Times.seconds(claims.expires()));
        return request;
    }

    private static List<String> audiences(JsonNode spec) {
        List<String> named = new ArrayList<>();
        spec.path("audiences").forEach(a -> named.add(a.asText()));
        return named.isEmpty() ? List.of(ServiceAccountTokens.ISSUER) : named;
    }

    private static void validate(ObjectKey account, long seconds) {
        List<Cause> causes = new ArrayList<>();
        if (seconds < SECONDS_MIN) {
            causes.add(Cause.invalid(
                    "spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes"));
        }
        if (seconds > SECONDS_MAX) {
            causes.add(Cause.invalid(
                    "spec.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds"));
        }
        if (!causes.isEmpty()) {
            throw ApiError.invalid("authentication.k8s.io", "TokenRequest", account.name(), causes);
        }
    }

    private Optional<TokenClaims.Bound> bound(ObjectKey account, JsonNode ref, Identity caller) {
        boolean isNode = caller.groups().contains(NODES);
        if (isNode && !ref.path("kind").asText().equals("Pod")) {
            throw forbidden(account, "node requested token not bound to a pod");
        }
        if (!ref.isObject()) {
            return Optional.empty();
        }
        String kind = ref.path("kind").asText();
        if (!BINDABLE.contains(kind)) {
            throw ApiError.badRequest("cannot bind token for serviceaccount to type "
                    + ref.path("apiVersion").asText("v1") + ", Kind=" + kind);
        }
        String name = ref.path("name").asText();
        Kind type =
                kinds.byPlural("", "v1", kind.toLowerCase(Locale.ROOT) + "s").orElseThrow();
        ObjectKey key = ObjectKey.of(type.namespaced() ? account.namespace() : "", name);
        JsonNode object = CanonicalJson.read(reader.get(type, key).bytes());
        String uid = object.path("metadata").path("uid").asText();
        String asked = ref.path("uid").asText("");
        if (!asked.isEmpty() && !asked.equals(uid)) {
            throw ApiError.conflict(
                    "",
                    type.plural(),
                    name,
                    "the UID in the bound object reference (" + asked + ") does not match the UID in record. The object"
                            + " might have been deleted and then recreated");
        }
        requireItsPod(account, kind, object);
        String node = object.path("spec").path("nodeName").asText();
        if (isNode && !caller.user().equals(NODE_PREFIX + node)) {
            throw forbidden(account, "node requested token bound to a pod scheduled on a different node");
        }
        return Optional.of(new TokenClaims.Bound(kind, name, uid));
    }

    /** A token of one account must not outlive into the pods of another. */
    private static void requireItsPod(ObjectKey account, String kind, JsonNode object) {
        String used = object.path("spec").path("serviceAccountName").asText();
        if (kind.equals("Pod") && !used.equals(account.name())) {
            throw ApiError.badRequest("cannot bind token for serviceaccount \"" + account.name()
                    + "\" to pod running with different serviceaccount name.");
        }
    }

    private static ApiError forbidden(ObjectKey account, String why) {
        return ApiError.forbidden("", "serviceaccounts", account.name(), why);
    }
}

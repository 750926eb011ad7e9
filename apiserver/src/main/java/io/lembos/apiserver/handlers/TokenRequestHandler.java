package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.authn.ServiceAccountTokens;
import io.lembos.apiserver.authn.TokenClaims;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.schema.Times;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** {@code POST} of a service account's {@code token}: makes a token, stores nothing. Stateless. */
public final class TokenRequestHandler implements Handler {
    private static final long SECONDS_DEFAULT = 3600;
    private static final long SECONDS_MIN = 600;
    private static final long SECONDS_MAX = 1L << 32;
    private static final List<String> BINDABLE = List.of("Node", "Pod", "Secret");

    private final Registry registry;
    private final Representations representations;
    private final Bodies bodies;
    private final ServiceAccountTokens tokens;
    private final Clock clock;

    public TokenRequestHandler(
            Registry registry,
            Representations representations,
            Bodies bodies,
            ServiceAccountTokens tokens,
            Clock clock) {
        this.registry = registry;
        this.representations = representations;
        this.bodies = bodies;
        this.tokens = tokens;
        this.clock = clock;
    }

    @Override
    public void handle(Target target) {
        Kind.Subresource subresource = target.kind().subresource("token").orElseThrow();
        ObjectNode request = bodies.read(target.kind(), subresource, target.exchange());
        ObjectKey account = target.key();
        ObjectNode found =
                CanonicalJson.read(registry.reader().get(target.kind(), account).bytes());
        long seconds = request.path("spec").path("expirationSeconds").asLong(SECONDS_DEFAULT);
        validate(account, seconds, request.path("spec"));
        Instant now = clock.now().truncatedTo(ChronoUnit.SECONDS);
        TokenClaims claims = new TokenClaims(
                UUID.randomUUID().toString(),
                ServiceAccountTokens.ISSUER,
                account,
                found.path("metadata").path("uid").asText(),
                audiences(request.path("spec")),
                now,
                now.plus(Duration.ofSeconds(seconds)),
                bound(account, request.path("spec").path("boundObjectRef")));
        representations.answer(target, 201, target.kind().definitionOf(subresource), answer(request, claims, seconds));
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

    private static void validate(ObjectKey account, long seconds, JsonNode spec) {
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

    private Optional<TokenClaims.Bound> bound(ObjectKey account, JsonNode ref) {
        if (!ref.isObject()) {
            return Optional.empty();
        }
        String kind = ref.path("kind").asText();
        if (!BINDABLE.contains(kind)) {
            throw ApiError.badRequest("cannot bind token for serviceaccount to type "
                    + ref.path("apiVersion").asText("v1") + ", Kind=" + kind);
        }
        String name = ref.path("name").asText();
        Kind type = registry.kinds()
                .byPlural("", "v1", kind.toLowerCase(Locale.ROOT) + "s")
                .orElseThrow();
        ObjectKey key = ObjectKey.of(type.namespaced() ? account.namespace() : "", name);
        JsonNode object = CanonicalJson.read(registry.reader().get(type, key).bytes());
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
}

package io.lembos.apiserver.authn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.ServiceAccounts;
import io.lembos.api.meta.ObjectKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the token of a service account says (KEP-1205).
 *
 * @param id of the token
 * @param account whose token it is
 * @param accountUid uid that the account had
 * @param bound the object with which the token ends
 */
public record TokenClaims(
        String id,
        String issuer,
        ObjectKey account,
        String accountUid,
        List<String> audiences,
        Instant issued,
        Instant expires,
        Optional<Bound> bound) {
    private static final String PRIVATE = "kubernetes.io";

    /** An object that a token lives and dies with; {@code kind} is Pod, Secret or Node. */
    public record Bound(String kind, String name, String uid) {}

    ObjectNode toJson() {
        ObjectNode claims = JsonNodeFactory.instance.objectNode();
        ArrayNode audience = claims.putArray("aud");
        audiences.forEach(audience::add);
        claims.put("exp", expires.getEpochSecond()).put("iat", issued.getEpochSecond());
        claims.put("iss", issuer).put("jti", id);
        ObjectNode own = claims.putObject(PRIVATE);
        own.put("namespace", account.namespace());
        bound.ifPresent(b -> own.putObject(b.kind().toLowerCase(java.util.Locale.ROOT))
                .put("name", b.name())
                .put("uid", b.uid()));
        own.putObject("serviceaccount").put("name", account.name()).put("uid", accountUid);
        return claims.put("nbf", issued.getEpochSecond()).put("sub", ServiceAccounts.user(account));
    }

    /** @throws IllegalArgumentException when it is no token of a service account */
    static TokenClaims of(JsonNode claims) {
        JsonNode own = claims.path(PRIVATE);
        ObjectKey account = ServiceAccounts.keyOf(claims.path("sub").asText())
                .orElseThrow(() -> new IllegalArgumentException("the subject is no service account"));
        JsonNode audience = claims.path("aud");
        List<String> audiences = audience.isTextual()
                ? List.of(audience.asText())
                : audience.valueStream().map(JsonNode::asText).toList();
        return new TokenClaims(
                claims.path("jti").asText(),
                claims.path("iss").asText(),
                account,
                own.path("serviceaccount").path("uid").asText(),
                audiences,
                Instant.ofEpochSecond(claims.path("nbf").asLong()),
                Instant.ofEpochSecond(claims.path("exp").asLong()),
                boundTo(own));
    }

    private static Optional<Bound> boundTo(JsonNode own) {
        for (String kind : List.of("Pod", "Secret", "Node")) {
            JsonNode found = own.path(kind.toLowerCase(java.util.Locale.ROOT));
            if (found.isObject()) {
                return Optional.of(new Bound(
                        kind, found.path("name").asText(), found.path("uid").asText()));
            }
        }
        return Optional.empty();
    }
}

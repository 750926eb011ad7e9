package io.lembos.apiserver.handlers;

import io.lembos.apiserver.authn.ServiceAccountTokens;
import io.lembos.apiserver.http.Exchange;
import java.nio.charset.StandardCharsets;

/** How others check the tokens of service accounts: OpenID Connect discovery (KEP-1393). */
public final class IssuerRoutes {
    private static final String KEYS = "/openid/v1/jwks";

    private final ServiceAccountTokens tokens;
    private final byte[] configuration;

    /** @param address host and port under which clients reach the server */
    public IssuerRoutes(ServiceAccountTokens tokens, String address) {
        this.tokens = tokens;
        String text = "{\"issuer\":\"" + ServiceAccountTokens.ISSUER + "\",\"jwks_uri\":\"https://" + address + KEYS
                + "\",\"response_types_supported\":[\"id_token\"],\"subject_types_supported\":[\"public\"],"
                + "\"id_token_signing_alg_values_supported\":[\"ES256\"]}";
        configuration = text.getBytes(StandardCharsets.UTF_8);
    }

    /** Answers if the path is one of these. */
    public boolean dispatch(Exchange exchange) {
        switch (exchange.info().path()) {
            case "/.well-known/openid-configuration" -> exchange.send(200, "application/json", configuration);
            case KEYS -> exchange.send(200, "application/jwk-set+json", tokens.keySet());
            default -> {
                return false;
            }
        }
        return true;
    }
}

package io.lembos.apiserver.authn;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import io.lembos.api.time.Clock;
import java.io.IOException;
import java.text.ParseException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Signs and checks the tokens of service accounts: JWTs by ES256. Checks what stands in the token itself (signature,
 * issuer, time); whether account and bound object still live is {@link TokenAuthenticator}'s business.
 *
 * <p>A signature costs some 100 µs to check, so claims of good tokens are kept by token; the memory is bounded: when full
 * it is emptied. Safe for many threads.
 */
public final class ServiceAccountTokens {
    /** Who issues the tokens, and for whom they are good when nobody else is named. */
    public static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int REMEMBERED_MAX = 1024;
    private static final int TOKEN_CHARACTERS_MAX = 16 * 1024;

    private final SigningKeys keys;
    private final ECKey publicKey;
    private final Clock clock;
    private final Map<String, TokenClaims> good = new ConcurrentHashMap<>();

    public ServiceAccountTokens(SigningKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
        try {
            publicKey = new ECKey.Builder(Curve.P_256, keys.publicKey())
                    .keyIDFromThumbprint()
                    .algorithm(JWSAlgorithm.ES256)
                    .keyUse(com.nimbusds.jose.jwk.KeyUse.SIGNATURE)
                    .build();
        } catch (JOSEException e) {
            throw new IllegalArgumentException("The service accounts' signing key is no P-256 key");
        }
    }

    public String sign(TokenClaims claims) {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .keyID(publicKey.getKeyID())
                .build();
        JWSObject token = new JWSObject(header, new Payload(claims.toJson().toString()));
        try {
            token.sign(new ECDSASigner(keys.key()));
        } catch (JOSEException e) {
            throw new IllegalStateException("The service accounts' signing key does not sign");
        }
        return token.serialize();
    }

    /** What a token says if it is ours and its time has come and not gone. */
    public Optional<TokenClaims> verify(String token) {
        TokenClaims known = good.get(token);
        if (known == null) {
            known = token.length() > TOKEN_CHARACTERS_MAX ? null : check(token);
            if (known != null) {
                remember(token, known);
            }
        }
        return Optional.ofNullable(known).filter(this::isCurrent);
    }

    /** The document behind {@code /openid/v1/jwks}. */
    public byte[] keySet() {
        return ("{\"keys\":[" + publicKey.toJSONString() + "]}").getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private boolean isCurrent(TokenClaims claims) {
        return !clock.now().isBefore(claims.issued()) && clock.now().isBefore(claims.expires());
    }

    private TokenClaims check(String token) {
        try {
            JWSObject parsed = JWSObject.parse(token);
            boolean ours = parsed.getHeader().getAlgorithm().equals(JWSAlgorithm.ES256)
                    && parsed.verify(new ECDSAVerifier(keys.publicKey()));
            if (!ours) {
                return null;
            }
            TokenClaims claims =
                    TokenClaims.of(JSON.readTree(parsed.getPayload().toBytes()));
            return claims.issuer().equals(ISSUER) ? claims : null;
        } catch (ParseException | JOSEException | IOException | IllegalArgumentException e) {
            return null;
        }
    }

    private void remember(String token, TokenClaims claims) {
        if (good.size() >= REMEMBERED_MAX) {
            good.clear();
        }
        good.put(token, claims);
    }
}

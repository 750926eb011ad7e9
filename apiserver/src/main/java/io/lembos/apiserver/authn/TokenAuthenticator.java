package io.lembos.apiserver.authn;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.authn.ServiceAccounts;
import io.lembos.api.meta.ObjectKey;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindRegistry;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ObjectReader;
import io.lembos.apiserver.store.Entry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Whom a bearer token stands for: a service account that still is the one the token was made for, and whose bound object
 * is still there. Stateless.
 */
public final class TokenAuthenticator {
    private static final String EXTRA = "authentication.kubernetes.io/";

    private final ServiceAccountTokens tokens;
    private final KindRegistry kinds;
    private final ObjectReader reader;

    public TokenAuthenticator(ServiceAccountTokens tokens, KindRegistry kinds, ObjectReader reader) {
        this.tokens = tokens;
        this.kinds = kinds;
        this.reader = reader;
    }

    /**
     * @param audiences for one of which the token must be made; empty for the API server itself
     */
    public Optional<Identity> authenticate(String token, List<String> audiences) {
        List<String> wanted = audiences.isEmpty() ? List.of(ServiceAccountTokens.ISSUER) : audiences;
        return tokens.verify(token)
                .filter(claims -> claims.audiences().stream().anyMatch(wanted::contains))
                .filter(this::isAlive)
                .map(TokenAuthenticator::identity);
    }

    /** The audiences of a good token that are among those asked for. */
    public List<String> audiences(String token, List<String> asked) {
        List<String> wanted = asked.isEmpty() ? List.of(ServiceAccountTokens.ISSUER) : asked;
        return tokens.verify(token)
                .map(claims ->
                        claims.audiences().stream().filter(wanted::contains).toList())
                .orElse(List.of());
    }

    private boolean isAlive(TokenClaims claims) {
        boolean account = hasUid("serviceaccounts", claims.account(), claims.accountUid());
        return account
                && claims.bound()
                        .map(b -> hasUid(
                                b.kind().toLowerCase(Locale.ROOT) + "s",
                                ObjectKey.of(
                                        b.kind().equals("Node")
                                                ? ""
                                                : claims.account().namespace(),
                                        b.name()),
                                b.uid()))
                        .orElse(true);
    }

    private boolean hasUid(String plural, ObjectKey key, String uid) {
        Kind kind = kinds.byPlural("", "v1", plural).orElseThrow();
        Optional<Entry> found = reader.find(kind, key);
        if (found.isEmpty()) {
            return false;
        }
        JsonNode metadata = CanonicalJson.read(found.get().bytes()).path("metadata");
        return metadata.path("uid").asText().equals(uid);
    }

    private static Identity identity(TokenClaims claims) {
        Map<String, List<String>> extra = new LinkedHashMap<>();
        extra.put(EXTRA + "credential-id", List.of("JTI=" + claims.id()));
        claims.bound().filter(b -> !b.kind().equals("Secret")).ifPresent(b -> {
            String kind = b.kind().toLowerCase(Locale.ROOT);
            extra.put(EXTRA + kind + "-name", List.of(b.name()));
            extra.put(EXTRA + kind + "-uid", List.of(b.uid()));
        });
        List<String> groups = ServiceAccounts.groups(claims.account().namespace());
        return Identity.of(ServiceAccounts.user(claims.account()), groups).with(claims.accountUid(), extra);
    }
}

package io.lembos.apiserver.reviews;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.authn.TokenAuthenticator;
import io.lembos.apiserver.kinds.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whom a token stands for. Stateless. */
final class TokenReviews {
    private final TokenAuthenticator tokens;

    TokenReviews(TokenAuthenticator tokens) {
        this.tokens = tokens;
    }

    void answer(Kind kind, ObjectNode review) {
        String token = review.path("spec").path("token").asText("");
        if (token.isEmpty()) {
            Cause cause = Cause.required("spec.token", "");
            throw ApiError.invalid(kind.group(), kind.kind(), "", List.of(cause));
        }
        List<String> asked = new ArrayList<>();
        review.path("spec").path("audiences").forEach(a -> asked.add(a.asText()));
        ObjectNode status = review.putObject("status");
        Optional<Identity> found = tokens.authenticate(token, asked);
        if (found.isPresent()) {
            status.put("authenticated", true);
            status.set("user", UserInfo.of(found.get()));
            ArrayNode audiences = status.putArray("audiences");
            tokens.audiences(token, asked).forEach(audiences::add);
        } else {
            status.putObject("user");
            status.put("error", "invalid bearer token");
        }
    }
}

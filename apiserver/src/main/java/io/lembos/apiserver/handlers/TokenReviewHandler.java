package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.authn.TokenAuthenticator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code POST} of a TokenReview: whom a token stands for. Stateless. */
public final class TokenReviewHandler implements Handler {
    private final TokenAuthenticator tokens;
    private final Representations representations;
    private final Bodies bodies;

    public TokenReviewHandler(TokenAuthenticator tokens, Representations representations, Bodies bodies) {
        this.tokens = tokens;
        this.representations = representations;
        this.bodies = bodies;
    }

    @Override
    public void handle(Target target) {
        ObjectNode review = bodies.read(target.kind(), target.exchange());
        review.withObjectProperty("metadata").putNull("creationTimestamp");
        String token = review.path("spec").path("token").asText("");
        if (token.isEmpty()) {
            Cause cause = Cause.required("spec.token", "");
            throw ApiError.invalid(target.kind().group(), target.kind().kind(), "", List.of(cause));
        }
        List<String> asked = new ArrayList<>();
        review.path("spec").path("audiences").forEach(a -> asked.add(a.asText()));
        ObjectNode status = review.putObject("status");
        Optional<Identity> found = tokens.authenticate(token, asked);
        if (found.isPresent()) {
            status.put("authenticated", true);
            status.set("user", userInfo(found.get()));
            ArrayNode audiences = status.putArray("audiences");
            tokens.audiences(token, asked).forEach(audiences::add);
        } else {
            status.putObject("user");
            status.put("error", "invalid bearer token");
        }
        representations.answer(target, 201, target.kind().definition(), review);
    }

    /** {@code authentication/v1 UserInfo}. */
    static ObjectNode userInfo(Identity identity) {
        ObjectNode user = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
        user.put("username", identity.user());
        if (!identity.uid().isEmpty()) {
            user.put("uid", identity.uid());
        }
        ArrayNode groups = user.putArray("groups");
        identity.groups().forEach(groups::add);
        if (!identity.extra().isEmpty()) {
            ObjectNode extra = user.putObject("extra");
            identity.extra().forEach((name, values) -> {
                ArrayNode list = extra.putArray(name);
                values.forEach(list::add);
            });
        }
        return user;
    }
}

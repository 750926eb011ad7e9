package io.lembos.apiserver.reviews;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.apiserver.authn.TokenAuthenticator;
import io.lembos.apiserver.authz.Authorizer;
import io.lembos.apiserver.kinds.Kind;
import java.util.Set;

/** Answers reviews, over HTTP and in this process alike. Stateless. */
public final class Reviews {
    private static final String TOKEN_REVIEW = "TokenReview";
    private static final Set<String> ACCESS_REVIEWS =
            Set.of("SelfSubjectReview", "SelfSubjectAccessReview", "SubjectAccessReview", "LocalSubjectAccessReview");

    private final AccessReviews access;
    private final TokenReviews tokens;

    public Reviews(Authorizer authorizer, TokenAuthenticator authenticator) {
        access = new AccessReviews(authorizer);
        tokens = new TokenReviews(authenticator);
    }

    /** Whether objects of this kind are questions. */
    public boolean answers(Kind kind) {
        boolean group =
                kind.group().equals("authentication.k8s.io") || kind.group().equals("authorization.k8s.io");
        return group && (kind.kind().equals(TOKEN_REVIEW) || ACCESS_REVIEWS.contains(kind.kind()));
    }

    /** @param review gets its status */
    public void answer(Kind kind, Identity caller, ObjectNode review) {
        review.withObjectProperty("metadata").putNull("creationTimestamp");
        if (kind.kind().equals(TOKEN_REVIEW)) {
            tokens.answer(kind, review);
        } else {
            access.answer(kind, caller, review);
        }
    }
}

package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.authn.TokenIssuer;
import io.lembos.apiserver.kinds.Kind;

/** {@code POST} of a service account's {@code token}. Stateless. */
public final class TokenRequestHandler implements Handler {
    private final Representations representations;
    private final Bodies bodies;
    private final TokenIssuer tokens;

    public TokenRequestHandler(Representations representations, Bodies bodies, TokenIssuer tokens) {
        this.representations = representations;
        this.bodies = bodies;
        this.tokens = tokens;
    }

    @Override
    public void handle(Target target) {
        Kind.Subresource subresource = target.kind().subresource("token").orElseThrow();
        ObjectNode request = bodies.read(target.kind(), subresource, target.exchange());
        ObjectNode answer =
                tokens.issue(target.key(), request, target.exchange().identity());
        representations.answer(target, 201, target.kind().definitionOf(subresource), answer);
    }
}

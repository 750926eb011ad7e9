package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.reviews.Reviews;

/** {@code POST} of a review. Stateless. */
public final class ReviewHandler implements Handler {
    private final Reviews reviews;
    private final Representations representations;
    private final Bodies bodies;

    public ReviewHandler(Reviews reviews, Representations representations, Bodies bodies) {
        this.reviews = reviews;
        this.representations = representations;
        this.bodies = bodies;
    }

    @Override
    public void handle(Target target) {
        ObjectNode review = bodies.read(target.kind(), target.exchange());
        if (!reviews.answers(target.kind())) {
            throw ResourceRoutes.notAllowed();
        }
        reviews.answer(target.kind(), target.exchange().identity(), review);
        representations.answer(target, 201, target.kind().definition(), review);
    }
}

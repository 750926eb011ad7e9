package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.authz.Attributes;
import io.lembos.apiserver.authz.Authorizer;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code POST} of the reviews of {@code authorization.k8s.io} and of {@code SelfSubjectReview}: questions that are answered
 * in their own status and stored nowhere. Stateless.
 */
public final class ReviewHandler implements Handler {
    private final Authorizer authorizer;
    private final Representations representations;
    private final Bodies bodies;

    public ReviewHandler(Authorizer authorizer, Representations representations, Bodies bodies) {
        this.authorizer = authorizer;
        this.representations = representations;
        this.bodies = bodies;
    }

    @Override
    public void handle(Target target) {
        ObjectNode review = bodies.read(target.kind(), target.exchange());
        review.withObjectProperty("metadata").putNull("creationTimestamp");
        Identity caller = target.exchange().identity();
        switch (target.kind().kind()) {
            case "SelfSubjectReview" -> describe(caller, review);
            case "SelfSubjectAccessReview" -> decide(caller, target, review);
            case "SubjectAccessReview", "LocalSubjectAccessReview" -> decide(subject(target, review), target, review);
            default -> throw ResourceRoutes.notAllowed();
        }
        representations.answer(target, 201, target.kind().definition(), review);
    }

    private void decide(Identity subject, Target target, ObjectNode review) {
        JsonNode spec = review.path("spec");
        boolean resource = spec.has("resourceAttributes");
        if (resource == spec.has("nonResourceAttributes")) {
            throw invalid(
                    target,
                    Cause.invalid(
                            "spec.resourceAttributes",
                            "",
                            "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
        }
        boolean allowed = authorizer.allows(resource ? resource(subject, spec) : path(subject, spec));
        review.putObject("status").put("allowed", allowed);
    }

    private static Attributes resource(Identity subject, JsonNode spec) {
        JsonNode asked = spec.path("resourceAttributes");
        return new Attributes(
                subject,
                asked.path("verb").asText(""),
                asked.path("group").asText(""),
                asked.path("resource").asText("*"),
                asked.path("subresource").asText(""),
                asked.path("namespace").asText(""),
                asked.path("name").asText(""),
                "");
    }

    private static Attributes path(Identity subject, JsonNode spec) {
        JsonNode asked = spec.path("nonResourceAttributes");
        return new Attributes(
                subject,
                asked.path("verb").asText(""),
                "",
                "",
                "",
                "",
                "",
                asked.path("path").asText(""));
    }

    private static Identity subject(Target target, ObjectNode review) {
        JsonNode spec = review.path("spec");
        List<String> groups = new ArrayList<>();
        spec.path("groups").forEach(group -> groups.add(group.asText()));
        String user = spec.path("user").asText("");
        if (user.isEmpty() && groups.isEmpty()) {
            throw invalid(target, Cause.invalid("spec.user", "", "at least one of user or group must be specified"));
        }
        return new Identity(user, groups);
    }

    private static void describe(Identity caller, ObjectNode review) {
        review.putObject("status").set("userInfo", TokenReviewHandler.userInfo(caller));
    }

    private static ApiError invalid(Target target, Cause cause) {
        return ApiError.invalid(target.kind().group(), target.kind().kind(), "", List.of(cause));
    }
}

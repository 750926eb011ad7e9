package io.lembos.apiserver.reviews;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.authz.Attributes;
import io.lembos.apiserver.authz.Authorizer;
import io.lembos.apiserver.kinds.Kind;
import java.util.ArrayList;
import java.util.List;

/** What somebody may, or who asks: the reviews of {@code authorization.k8s.io} and {@code SelfSubjectReview}. Stateless. */
final class AccessReviews {
    private final Authorizer authorizer;

    AccessReviews(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    void answer(Kind kind, Identity caller, ObjectNode review) {
        switch (kind.kind()) {
            case "SelfSubjectReview" -> describe(caller, review);
            case "SelfSubjectAccessReview" -> decide(caller, kind, review);
            default -> decide(subject(kind, review), kind, review);
        }
    }

    private void decide(Identity subject, Kind kind, ObjectNode review) {
        JsonNode spec = review.path("spec");
        boolean resource = spec.has("resourceAttributes");
        if (resource == spec.has("nonResourceAttributes")) {
            throw invalid(
                    kind,
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

    private static Identity subject(Kind kind, ObjectNode review) {
        JsonNode spec = review.path("spec");
        List<String> groups = new ArrayList<>();
        spec.path("groups").forEach(group -> groups.add(group.asText()));
        String user = spec.path("user").asText("");
        if (user.isEmpty() && groups.isEmpty()) {
            throw invalid(kind, Cause.invalid("spec.user", "", "at least one of user or group must be specified"));
        }
        return new Identity(user, groups);
    }

    private static void describe(Identity caller, ObjectNode review) {
        review.putObject("status").set("userInfo", UserInfo.of(caller));
    }

    private static ApiError invalid(Kind kind, Cause cause) {
        return ApiError.invalid(kind.group(), kind.kind(), "", List.of(cause));
    }
}

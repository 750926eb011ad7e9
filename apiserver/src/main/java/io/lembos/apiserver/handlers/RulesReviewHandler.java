package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.apiserver.authz.PolicyRule;
import io.lembos.apiserver.authz.RuleSource;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code POST} of a SelfSubjectRulesReview: everything that the caller may do in a namespace. What several sources say is
 * told once. Stateless.
 */
public final class RulesReviewHandler implements Handler {
    private final RuleSource rules;
    private final Representations representations;
    private final Bodies bodies;

    public RulesReviewHandler(RuleSource rules, Representations representations, Bodies bodies) {
        this.rules = rules;
        this.representations = representations;
        this.bodies = bodies;
    }

    @Override
    public void handle(Target target) {
        ObjectNode review = bodies.read(target.kind(), target.exchange());
        review.withObjectProperty("metadata").putNull("creationTimestamp");
        String namespace = review.path("spec").path("namespace").asText("");
        if (namespace.isEmpty()) {
            throw ApiError.badRequest("no namespace on request");
        }
        ObjectNode status = review.putObject("status");
        ArrayNode resources = status.putArray("resourceRules");
        ArrayNode paths = status.putArray("nonResourceRules");
        Set<PolicyRule> held = new LinkedHashSet<>(rules.rules(target.exchange().identity(), namespace));
        Set<List<String>> told = new HashSet<>();
        for (PolicyRule rule : held) {
            if (!rule.resources().isEmpty()) {
                ObjectNode shown = resources.addObject();
                put(shown, "verbs", rule.verbs());
                put(shown, "apiGroups", rule.groups());
                put(shown, "resources", rule.resources());
                put(shown, "resourceNames", rule.names());
            }
            List<String> news = rule.paths().stream()
                    .filter(path -> told.add(Stream.concat(Stream.of(path), rule.verbs().stream())
                            .toList()))
                    .toList();
            if (!news.isEmpty()) {
                ObjectNode shown = paths.addObject();
                put(shown, "verbs", rule.verbs());
                put(shown, "nonResourceURLs", news);
            }
        }
        status.put("incomplete", false);
        representations.answer(target, 201, target.kind().definition(), review);
    }

    private static void put(ObjectNode rule, String field, List<String> texts) {
        if (!texts.isEmpty()) {
            ArrayNode list = rule.putArray(field);
            texts.forEach(list::add);
        }
    }
}

package io.lembos.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.cel.RuleSet;
import io.lembos.apiserver.structural.Structural;
import java.util.List;

/** What rules in {@code x-kubernetes-validations} must be like: their form first, and only then whether they compile. */
final class RuleDefinitions {
    private static final List<String> REASONS =
            List.of("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired");

    private RuleDefinitions() {}

    static void checkForm(JsonNode rule, String at, List<Cause> causes) {
        String text = rule.path("rule").asText("").strip();
        String message = rule.path("message").asText("");
        if (text.isEmpty()) {
            causes.add(Cause.required(at + ".rule", "rule is not specified"));
        } else if (!message.isEmpty() && message.isBlank()) {
            causes.add(Cause.invalid(at + ".message", message, "must be non-empty if specified"));
        } else if (hasLineBreaks(message.strip())) {
            causes.add(Cause.invalid(at + ".message", message, "must not contain line breaks"));
        } else if (hasLineBreaks(text) && message.isBlank()) {
            causes.add(Cause.required(at + ".message", "message must be specified if rule contains line breaks"));
        }
        String expression = rule.path("messageExpression").asText("");
        if (!expression.isEmpty() && expression.isBlank()) {
            causes.add(Cause.required(at + ".messageExpression", "messageExpression must be non-empty if specified"));
        }
        String reason = rule.path("reason").asText("");
        if (rule.has("reason") && !REASONS.contains(reason)) {
            causes.add(Cause.notSupported(at + ".reason", reason, REASONS));
        }
        String path = rule.path("fieldPath").asText("");
        if (!path.isEmpty() && path.isBlank()) {
            causes.add(Cause.invalid(at + ".fieldPath", path, "must be non-empty if specified"));
        } else if (hasLineBreaks(path)) {
            causes.add(Cause.invalid(at + ".fieldPath", path, "must not contain line breaks"));
        }
    }

    /** Whether the rules of a schema that is sound otherwise compile, and are not too expensive. */
    static List<Cause> check(JsonNode schema, String at) {
        Structural root = Structural.of(schema);
        return RuleSet.hasRules(root) ? new RuleCosts().check(root, at) : List.of();
    }

    private static boolean hasLineBreaks(String text) {
        return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
    }
}

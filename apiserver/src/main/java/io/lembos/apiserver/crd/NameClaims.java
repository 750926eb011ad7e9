package io.lembos.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.schema.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which of the names that a definition asks for it may have, beside the other definitions of its group, and what its
 * conditions say about it. First come, first served: a name that was accepted stays with its owner. Pure.
 */
final class NameClaims {
    static final String APPROVAL = "api-approved.kubernetes.io";

    private final Set<String> resources = new HashSet<>();
    private final Set<String> kinds = new HashSet<>();

    private NameClaims() {}

    /** The names that others in the group have. */
    static NameClaims of(Collection<Definition> others) {
        NameClaims claims = new NameClaims();
        for (Definition other : others) {
            JsonNode names = other.acceptedNames();
            add(claims.resources, names.path("plural"));
            add(claims.resources, names.path("singular"));
            names.path("shortNames").forEach(n -> add(claims.resources, n));
            add(claims.kinds, names.path("kind"));
            add(claims.kinds, names.path("listKind"));
        }
        return claims;
    }

    private static void add(Set<String> names, JsonNode name) {
        if (!name.asText("").isEmpty()) {
            names.add(name.asText());
        }
    }

    /** Sets accepted names and conditions of the status, in place. */
    void settle(ObjectNode definition, Instant now) {
        JsonNode wanted = definition.path("spec").path("names");
        ObjectNode status = definition.withObjectProperty("status");
        ObjectNode accepted = status.withObjectProperty("acceptedNames");
        Optional<String[]> conflict = claim("plural", "PluralConflict", wanted, accepted, resources);
        conflict = last(conflict, claim("singular", "SingularConflict", wanted, accepted, resources));
        conflict = last(conflict, claimShortNames(wanted, accepted));
        conflict = last(conflict, claim("kind", "KindConflict", wanted, accepted, kinds));
        conflict = last(conflict, claim("listKind", "ListKindConflict", wanted, accepted, kinds));
        take("categories", wanted, accepted);
        ArrayNode conditions = status.withArrayProperty("conditions");
        if (conflict.isPresent()) {
            set(conditions, "NamesAccepted", "False", conflict.get()[0], conflict.get()[1], now);
            if (find(conditions, "Established").isEmpty()) {
                set(conditions, "Established", "False", "NotAccepted", "not all names are accepted", now);
            }
        } else {
            set(conditions, "NamesAccepted", "True", "NoConflicts", "no conflicts found", now);
            String accord = "the initial names have been accepted";
            set(conditions, "Established", "True", "InitialNamesAccepted", accord, now);
        }
        approval(definition, conditions, now);
    }

    private static Optional<String[]> last(Optional<String[]> earlier, Optional<String[]> later) {
        return later.isPresent() ? later : earlier;
    }

    private static Optional<String[]> claim(
            String name, String reason, JsonNode wanted, ObjectNode accepted, Set<String> taken) {
        String asked = wanted.path(name).asText("");
        if (!asked.equals(accepted.path(name).asText("")) && taken.contains(asked)) {
            return Optional.of(new String[] {reason, "\"" + asked + "\" is already in use"});
        }
        take(name, wanted, accepted);
        return Optional.empty();
    }

    private Optional<String[]> claimShortNames(JsonNode wanted, ObjectNode accepted) {
        Set<String> own = new HashSet<>();
        accepted.path("shortNames").forEach(n -> own.add(n.asText()));
        List<String> refused = new ArrayList<>();
        for (JsonNode name : wanted.path("shortNames")) {
            if (!own.contains(name.asText()) && resources.contains(name.asText())) {
                refused.add("\"" + name.asText() + "\" is already in use");
            }
        }
        if (refused.isEmpty()) {
            take("shortNames", wanted, accepted);
            return Optional.empty();
        }
        String text = refused.size() == 1 ? refused.get(0) : "[" + String.join(", ", refused) + "]";
        return Optional.of(new String[] {"ShortNamesConflict", text});
    }

    private static void take(String name, JsonNode wanted, ObjectNode accepted) {
        if (wanted.has(name)) {
            accepted.set(name, wanted.get(name).deepCopy());
        } else {
            accepted.remove(name);
        }
    }

    /** Groups of the Kubernetes project are for those who have its approval. */
    private static void approval(ObjectNode definition, ArrayNode conditions, Instant now) {
        if (!isProtected(definition.path("spec").path("group").asText())) {
            return;
        }
        String text = definition.at("/metadata/annotations").path(APPROVAL).asText("");
        boolean approved = text.startsWith("https://") || text.startsWith("http://");
        set(
                conditions,
                "KubernetesAPIApprovalPolicyConformant",
                approved ? "True" : "False",
                approved ? "ApprovedAnnotation" : "UnapprovedAnnotation",
                approved ? "approved in " + text : "not approved: \"" + text + "\"",
                now);
    }

    static boolean isProtected(String group) {
        return group.equals("k8s.io")
                || group.endsWith(".k8s.io")
                || group.equals("kubernetes.io")
                || group.endsWith(".kubernetes.io");
    }

    private static Optional<ObjectNode> find(ArrayNode conditions, String type) {
        return conditions
                .valueStream()
                .filter(c -> c.path("type").asText().equals(type))
                .map(ObjectNode.class::cast)
                .findFirst();
    }

    /** Sets a condition; the time of transition moves only with the status. */
    static void set(ArrayNode conditions, String type, String status, String reason, String message, Instant now) {
        ObjectNode condition = find(conditions, type).orElseGet(() -> conditions.addObject());
        if (!condition.path("status").asText("").equals(status)) {
            condition.put("lastTransitionTime", Times.seconds(now));
        }
        condition
                .put("message", message)
                .put("reason", reason)
                .put("status", status)
                .put("type", type);
    }
}

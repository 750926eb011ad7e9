package io.lembos.api.selector;

import java.util.List;
import java.util.Map;

/**
 * A conjunction of requirements on a map of strings: labels, or the selectable fields of an object. Immutable.
 *
 * @param requirements all must hold; none means everything matches
 */
public record Selector(List<Requirement> requirements) {
    public static final Selector EVERYTHING = new Selector(List.of());

    /** Matches no object: what an absent selector means in a workload. */
    public static final Selector NOTHING =
            new Selector(List.of(new Requirement("", Requirement.Operator.Exists, java.util.Set.of())));

    public Selector {
        requirements = List.copyOf(requirements);
    }

    public boolean matches(Map<String, String> labels) {
        Map<String, String> known = labels == null ? Map.of() : labels;
        for (Requirement requirement : requirements) {
            if (!requirement.matches(known)) {
                return false;
            }
        }
        return true;
    }

    public boolean isEverything() {
        return requirements.isEmpty();
    }
}

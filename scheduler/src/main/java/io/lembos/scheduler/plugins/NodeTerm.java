package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.lembos.api.selector.Requirement;
import io.lembos.api.selector.Requirement.Operator;
import io.lembos.scheduler.cache.NodeInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One node selector term: all of its conditions must hold. A term with a condition that has no meaning, such as
 * {@code Gt} something that is no number, matches nothing (component-helpers/scheduling/corev1/nodeaffinity). Immutable.
 *
 * @param labels conditions on labels
 * @param fields conditions on {@code metadata.name}, the only field there is
 * @param meaningful whether each condition has a meaning
 */
public record NodeTerm(List<Requirement> labels, List<Field> fields, boolean meaningful) {
    private static final String NAME_FIELD = "metadata.name";
    private static final int LABEL_VALUE_MAX = 63;

    /** Whether a field is, or is not, this value. */
    public record Field(String key, boolean equal, String value) {
        boolean matches(NodeInfo node) {
            return equal == value.equals(key.equals(NAME_FIELD) ? node.name() : "");
        }
    }

    static NodeTerm of(NodeSelectorTerm term) {
        List<Requirement> labels = new ArrayList<>();
        List<Field> fields = new ArrayList<>();
        boolean meaningful = true;
        for (NodeSelectorRequirement each : NodeSelectors.expressions(term)) {
            if (hasMeaning(each)) {
                Operator operator = Operator.valueOf(each.getOperator());
                labels.add(new Requirement(each.getKey(), operator, new HashSet<>(values(each))));
            } else {
                meaningful = false;
            }
        }
        for (NodeSelectorRequirement each : NodeSelectors.fields(term)) {
            boolean equal = Objects.equals(each.getOperator(), "In");
            if ((equal || Objects.equals(each.getOperator(), "NotIn"))
                    && values(each).size() == 1) {
                fields.add(new Field(each.getKey(), equal, values(each).getFirst()));
            } else {
                meaningful = false;
            }
        }
        return new NodeTerm(List.copyOf(labels), List.copyOf(fields), meaningful);
    }

    public boolean matches(NodeInfo node) {
        if (!meaningful) {
            return false;
        }
        for (int i = 0; i < labels.size(); i++) {
            if (!labels.get(i).matches(node.labels())) {
                return false;
            }
        }
        for (int i = 0; i < fields.size(); i++) {
            if (!fields.get(i).matches(node)) {
                return false;
            }
        }
        return true;
    }

    /** The only nodes that the term can be meant for; null if it does not name any. */
    static Set<String> names(NodeSelectorTerm term) {
        Set<String> names = null;
        for (NodeSelectorRequirement each : NodeSelectors.fields(term)) {
            if (NAME_FIELD.equals(each.getKey()) && Objects.equals(each.getOperator(), "In")) {
                if (names == null) {
                    names = new HashSet<>(values(each));
                } else {
                    names.retainAll(values(each));
                }
            }
        }
        return names;
    }

    /** What the term asks for, and what the node has instead. */
    String text(NodeInfo node) {
        if (!meaningful) {
            return "a condition without meaning";
        }
        List<String> unmet = new ArrayList<>();
        labels.stream()
                .filter(l -> !l.matches(node.labels()))
                .map(l -> text(l, node))
                .forEach(unmet::add);
        fields.stream()
                .filter(f -> !f.matches(node))
                .map(f -> f.key() + (f.equal() ? " In [" : " NotIn [") + f.value() + "], is " + node.name())
                .forEach(unmet::add);
        return String.join(" and ", unmet);
    }

    private static String text(Requirement condition, NodeInfo node) {
        String value = node.labels().get(condition.key());
        String values = condition.values().isEmpty()
                ? ""
                : condition.values().stream().sorted().collect(Collectors.joining(" ", " [", "]"));
        return condition.key() + " " + condition.operator() + values
                + (value == null ? ", is absent" : ", is " + value);
    }

    private static boolean hasMeaning(NodeSelectorRequirement condition) {
        List<String> values = values(condition);
        boolean counted = switch (Objects.requireNonNullElse(condition.getOperator(), "")) {
            case "In", "NotIn" -> !values.isEmpty();
            case "Exists", "DoesNotExist" -> values.isEmpty();
            case "Gt", "Lt" -> values.size() == 1 && isNumber(values.getFirst());
            default -> false;
        };
        return counted && values.stream().allMatch(NodeTerm::isLabelValue);
    }

    private static boolean isNumber(String value) {
        try {
            Long.parseLong(value);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isLabelValue(String value) {
        int last = value.length() - 1;
        return last < LABEL_VALUE_MAX
                && value.chars().allMatch(c -> isAlphanumeric(c) || c == '-' || c == '_' || c == '.')
                && (value.isEmpty() || isAlphanumeric(value.charAt(0)) && isAlphanumeric(value.charAt(last)));
    }

    private static boolean isAlphanumeric(int c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static List<String> values(NodeSelectorRequirement condition) {
        return condition.getValues() == null ? List.of() : condition.getValues();
    }
}

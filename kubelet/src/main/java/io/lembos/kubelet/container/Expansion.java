package io.lembos.kubelet.container;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code $(NAME)} by the value of a variable; {@code $$(NAME)} stays {@code $(NAME)}, an unknown name stays as it
 * is written. Kubernetes' rule for command, args and environment values.
 */
public record Expansion(Map<String, String> variables) {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\(([^)]*)\\)");

    public List<String> expand(List<String> texts) {
        return texts == null ? List.of() : texts.stream().map(this::expand).toList();
    }

    public String expand(String text) {
        return REFERENCE
                .matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(replacement(match.group(), match.group(1))));
    }

    private String replacement(String written, String name) {
        if (name == null) {
            return "$";
        }
        return variables.getOrDefault(name, written);
    }
}

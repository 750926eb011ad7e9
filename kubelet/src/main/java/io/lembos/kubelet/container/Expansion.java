package io.lembos.kubelet.container;

import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
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
        return REFERENCE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(replacement(match)));
    }

    /** As {@link #expand}, but every name must be known: a path with a variable in it would be somebody else's. */
    public String expandAll(String text) throws ConfigError {
        Matcher references = REFERENCE.matcher(text);
        while (references.find()) {
            String name = references.group(1);
            if (name != null && !variables.containsKey(name)) {
                throw new ConfigError("missing value for \"" + name + "\"");
            }
        }
        return expand(text);
    }

    private String replacement(MatchResult match) {
        String name = match.group(1);
        return name == null ? "$" : variables.getOrDefault(name, match.group());
    }
}

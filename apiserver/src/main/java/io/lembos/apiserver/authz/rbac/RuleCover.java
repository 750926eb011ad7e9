package io.lembos.apiserver.authz.rbac;

import io.lembos.apiserver.authz.PolicyRule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether what somebody wants to give is among what it has (component-helpers, auth/rbac/validation). Pure.
 *
 * <p>A rule is taken apart into single rights: one verb on one resource of one group, of one name or of all, or on one
 * path. Each must be covered by one rule of the giver.
 */
final class RuleCover {
    private RuleCover() {}

    /** The single rights among {@code given} that no rule in {@code held} covers. */
    static List<PolicyRule> missing(List<PolicyRule> held, List<PolicyRule> given) {
        List<PolicyRule> missing = new ArrayList<>();
        for (PolicyRule rule : given) {
            for (PolicyRule single : singles(rule)) {
                if (held.stream().noneMatch(h -> covers(h, single))) {
                    missing.add(single);
                }
            }
        }
        return missing;
    }

    /** A rule as Kubernetes writes it in messages: {@code {APIGroups:[""], Resources:["pods"], Verbs:["get"]}}. */
    static String show(PolicyRule rule) {
        List<String> parts = new ArrayList<>();
        add(parts, "APIGroups", rule.groups());
        add(parts, "Resources", rule.resources());
        add(parts, "ResourceNames", rule.names());
        add(parts, "NonResourceURLs", rule.paths());
        add(parts, "Verbs", rule.verbs());
        return "{" + String.join(", ", parts) + "}";
    }

    private static List<PolicyRule> singles(PolicyRule rule) {
        List<PolicyRule> singles = new ArrayList<>();
        List<List<String>> names = rule.names().isEmpty()
                ? List.of(List.of())
                : rule.names().stream().map(List::of).toList();
        for (String verb : rule.verbs()) {
            for (String group : rule.groups()) {
                for (String resource : rule.resources()) {
                    for (List<String> name : names) {
                        singles.add(new PolicyRule(List.of(verb), List.of(group), List.of(resource), name, List.of()));
                    }
                }
            }
            for (String path : rule.paths()) {
                singles.add(new PolicyRule(List.of(verb), List.of(), List.of(), List.of(), List.of(path)));
            }
        }
        return singles;
    }

    private static boolean covers(PolicyRule held, PolicyRule single) {
        if (!has(held.verbs(), single.verbs().get(0))) {
            return false;
        }
        if (!single.paths().isEmpty()) {
            String path = single.paths().get(0);
            return held.paths().stream().anyMatch(h -> coversPath(h, path));
        }
        boolean names = held.names().isEmpty()
                || (!single.names().isEmpty() && held.names().containsAll(single.names()));
        return names
                && has(held.groups(), single.groups().get(0))
                && coversResource(held, single.resources().get(0));
    }

    private static boolean coversResource(PolicyRule held, String resource) {
        int slash = resource.indexOf('/');
        return has(held.resources(), resource)
                || (slash > 0 && held.resources().contains("*/" + resource.substring(slash + 1)));
    }

    private static boolean coversPath(String held, String path) {
        return held.equals("*")
                || held.equals(path)
                || (held.endsWith("*") && path.startsWith(held.substring(0, held.length() - 1)));
    }

    private static boolean has(List<String> held, String single) {
        return held.contains("*") || held.contains(single);
    }

    private static void add(List<String> parts, String name, List<String> texts) {
        if (!texts.isEmpty()) {
            String list = texts.stream().map(t -> '"' + t + '"').collect(Collectors.joining(" "));
            parts.add(name + ":[" + list + "]");
        }
    }
}

package io.lembos.apiserver.crd;

import io.lembos.api.error.Cause;
import io.lembos.apiserver.cel.RuleCompiler;
import io.lembos.apiserver.cel.RuleCompiler.BadRule;
import io.lembos.apiserver.cel.RuleCompiler.Compiled;
import io.lembos.apiserver.cel.Sizes;
import io.lembos.apiserver.structural.Structural;
import io.lembos.apiserver.structural.StructuralValidator.Plain;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compiles the rules of a schema to find what is wrong with them, and adds up what they may cost. Used once. */
final class RuleCosts {
    private static final long RULE_COST_MAX = 10_000_000;
    private static final long SCHEMA_COST_MAX = 100_000_000;
    private static final Pattern STEP = Pattern.compile("\\.([^.\\[\\]]+)|\\['([^']*)'\\]");

    private final RuleCompiler compiler = new RuleCompiler();
    private final List<Cause> causes = new ArrayList<>();
    private final List<String> expensive = new ArrayList<>();
    private double total;

    /** Where a node stands: how often it can be there, and above it what cannot be told apart. */
    private record Place(String at, boolean resource, double cardinality, String uncorrelatable) {
        Place below(String step, double times, String reason) {
            return new Place(at + step, false, cardinality * times, uncorrelatable.isEmpty() ? reason : uncorrelatable);
        }
    }

    List<Cause> check(Structural root, String at) {
        node(root, new Place(at, true, 1, ""));
        if (total > SCHEMA_COST_MAX) {
            for (String path : expensive) {
                causes.add(Cause.forbidden(
                        path,
                        "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema"));
            }
            causes.add(Cause.forbidden(
                    at,
                    exceeds(
                            "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema",
                            total,
                            SCHEMA_COST_MAX)));
        }
        return causes;
    }

    private void node(Structural schema, Place place) {
        for (int i = 0; i < schema.rules().size(); i++) {
            rule(schema, i, place);
        }
        String here = schema.isAtomicMap() ? place.at() : "";
        schema.properties().forEach((name, p) -> node(p, place.below(".properties[" + name + "]", 1, here)));
        if (schema.additional() != null) {
            node(schema.additional(), place.below(".additionalProperties", Sizes.elements(schema), ""));
        }
        if (schema.items() != null) {
            String reason = schema.listType() == Structural.ListType.MAP ? "" : place.at();
            node(schema.items(), place.below(".items", Sizes.elements(schema), reason));
        }
    }

    private void rule(Structural schema, int i, Place place) {
        String at = place.at() + ".x-kubernetes-validations[" + i + "]";
        Structural.Rule rule = schema.rules().get(i);
        Object shown =
                new Plain(schema.node().path("x-kubernetes-validations").path(i).toString());
        if (!rule.fieldPath().isBlank()
                && !leadsSomewhere(schema, rule.fieldPath().strip())) {
            causes.add(Cause.invalid(at + ".fieldPath", rule.fieldPath(), "must be a valid path"));
        }
        try {
            Compiled compiled = compiler.compile(schema, place.resource() || schema.isEmbeddedResource(), rule);
            cost(at + ".rule", "estimated rule cost", compiled.cost() * place.cardinality());
            cost(at + ".messageExpression", "estimated messageExpression cost", compiled.messageCost());
            if (compiled.usesOldSelf() && !place.uncorrelatable().isEmpty()) {
                causes.add(Cause.invalid(
                        at + ".rule",
                        rule.rule(),
                        "oldSelf cannot be used on the uncorrelatable portion of the schema within "
                                + place.uncorrelatable()));
            } else if (!compiled.usesOldSelf() && rule.optionalOldSelf()) {
                causes.add(Cause.invalid(
                        at + ".optionalOldSelf", new Plain(true), "may not be set if oldSelf is not used in rule"));
            }
        } catch (BadRule e) {
            causes.add(Cause.invalid(at + (e.inMessage() ? ".messageExpression" : ".rule"), shown, e.getMessage()));
        }
    }

    private static boolean leadsSomewhere(Structural schema, String path) {
        Structural found = schema;
        Matcher step = STEP.matcher(path);
        int end = 0;
        while (step.find() && step.start() == end && found != null) {
            String name = step.group(1) == null ? step.group(2) : step.group(1);
            found = found.property(name);
            end = step.end();
        }
        return found != null && end > 0 && end == path.length();
    }

    private void cost(String at, String name, double cost) {
        total += cost;
        if (cost > SCHEMA_COST_MAX / 100.0) {
            expensive.add(at);
        }
        if (cost > RULE_COST_MAX) {
            causes.add(Cause.forbidden(at, exceeds(name, cost, RULE_COST_MAX)));
        }
    }

    private static String exceeds(String name, double cost, long limit) {
        double factor = cost / limit;
        String text =
                factor > 100 ? "more than 100x" : String.format(Locale.ROOT, factor < 1.5 ? "%fx" : "%.1fx", factor);
        return name + " exceeds budget by factor of " + text
                + " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and"
                + " strings are declared)";
    }
}

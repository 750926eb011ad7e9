package io.lembos.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.cel.RuleCompiler.BadRule;
import io.lembos.apiserver.cel.RuleCompiler.Compiled;
import io.lembos.apiserver.structural.Correlation;
import io.lembos.apiserver.structural.Structural;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The compiled rules of one schema, by node. Immutable; each call of {@link #check} has a budget of its own.
 *
 * <p>A rule that does not compile (somebody else stored it) refuses every object that it is about. Steps are counted as they
 * are reported, which is near to, but not the same as, Kubernetes' count.
 */
public final class RuleSet {
    /** Steps of one call, at most; Kubernetes' figure. */
    static final int CALL_COST_MAX = 1_000_000;
    /** Steps for one object, at most; Kubernetes' figure. */
    private static final long OBJECT_COST_MAX = 10_000_000;

    private final Structural root;
    private final Map<Structural, List<Compiled>> rules = new IdentityHashMap<>();
    private final Map<Structural, String> broken = new IdentityHashMap<>();
    private final Map<Structural, Boolean> worthVisiting = new IdentityHashMap<>();

    private RuleSet(Structural root) {
        this.root = root;
    }

    /** Whether any node has rules. */
    public static boolean hasRules(Structural schema) {
        return schema != null
                && (!schema.rules().isEmpty()
                        || hasRules(schema.items())
                        || hasRules(schema.additional())
                        || schema.properties().values().stream().anyMatch(RuleSet::hasRules));
    }

    /** Compiles all rules of a schema. */
    public static RuleSet of(Structural root) {
        RuleSet set = new RuleSet(root);
        set.compile(root, true, new RuleCompiler());
        return set;
    }

    private boolean compile(Structural schema, boolean resource, RuleCompiler compiler) {
        if (schema == null) {
            return false;
        }
        List<Compiled> compiled = new ArrayList<>();
        for (Structural.Rule rule : schema.rules()) {
            try {
                compiled.add(compiler.compile(schema, resource || schema.isEmbeddedResource(), rule));
            } catch (BadRule e) {
                broken.put(schema, e.getMessage());
            }
        }
        rules.put(schema, compiled);
        boolean worth = !schema.rules().isEmpty();
        for (Structural property : schema.properties().values()) {
            worth |= compile(property, false, compiler);
        }
        worth |= compile(schema.items(), false, compiler);
        worth |= compile(schema.additional(), false, compiler);
        worthVisiting.put(schema, worth);
        return worth;
    }

    /** @param old what is stored now, null for a new object */
    public void check(JsonNode object, JsonNode old, List<Cause> causes) {
        new Run(causes).visit(object, old, root, "");
    }

    /** Thrown out of a program that has used up what it may. */
    private static final class OverBudget extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OverBudget() {
            super("operation cancelled: actual cost limit exceeded", null, false, false);
        }
    }

    /** Ends a run after what it has found so far. */
    private static final class NoMore extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoMore() {
            super("", null, false, false);
        }
    }

    /** One object's check. Used by one thread. */
    private final class Run {
        private final List<Cause> causes;
        private long budget = OBJECT_COST_MAX;

        Run(List<Cause> causes) {
            this.causes = causes;
        }

        void visit(JsonNode value, JsonNode old, Structural schema, String path) {
            try {
                node(value, old, schema, path, false);
            } catch (NoMore e) {
                // What was found is told.
            }
        }

        /** @param settled whether this is part of something that is as it was before */
        private void node(JsonNode value, JsonNode old, Structural schema, String path, boolean settled) {
            if (value.isNull() || !worthVisiting.getOrDefault(schema, false)) {
                return;
            }
            JsonNode before = old == null || old.isNull() ? null : old;
            boolean same = settled || value.equals(before);
            ask(value, before, schema, path, same);
            if (value.isObject()) {
                value.properties().forEach(field -> {
                    Structural known = schema.property(field.getKey());
                    if (known != null) {
                        boolean struct = schema.properties().containsKey(field.getKey());
                        String at = struct
                                ? (path.isEmpty() ? field.getKey() : path + "." + field.getKey())
                                : path + "[" + field.getKey() + "]";
                        JsonNode part = before == null || schema.isAtomicMap() ? null : before.get(field.getKey());
                        node(field.getValue(), part, known, at, same);
                    }
                });
            } else if (value.isArray() && schema.items() != null) {
                for (int i = 0; i < value.size(); i++) {
                    JsonNode part = Correlation.element(value.get(i), before, schema);
                    node(value.get(i), part, schema.items(), path + "[" + i + "]", same);
                }
            }
        }

        private void ask(JsonNode value, JsonNode old, Structural schema, String path, boolean same) {
            if (broken.containsKey(schema)) {
                add(path, schema, "rule compile error: " + broken.get(schema));
            }
            List<Compiled> own = rules.getOrDefault(schema, List.of());
            if (own.isEmpty()) {
                return;
            }
            boolean resource = path.isEmpty() || schema.isEmbeddedResource();
            Object self = Values.of(value, schema, resource);
            Object oldSelf = old == null ? null : Values.of(old, schema, resource);
            for (Compiled rule : own) {
                boolean optional = rule.source().optionalOldSelf();
                if (rule.usesOldSelf() && oldSelf == null && !optional) {
                    continue;
                }
                Map<String, Object> variables = new HashMap<>();
                variables.put("self", self);
                if (oldSelf != null || optional) {
                    variables.put("oldSelf", RuleCompiler.oldSelf(oldSelf, optional));
                }
                boolean unchanged = !rule.usesOldSelf() && same;
                ask(rule, variables, schema, path, unchanged);
            }
        }

        private void ask(
                Compiled rule, Map<String, Object> variables, Structural schema, String path, boolean unchanged) {
            String text = text(rule.source());
            try {
                Object answer = run(rule.program(), variables);
                if (Boolean.TRUE.equals(answer) || unchanged) {
                    return;
                }
                refuse(rule, variables, schema, path);
            } catch (OverBudget e) {
                boolean all = budget <= 0;
                add(
                        path,
                        schema,
                        all
                                ? "validation failed due to running out of cost budget, no further validation rules will"
                                        + " be run"
                                : "'" + e.getMessage() + "': no further validation rules will be run due to call cost"
                                        + " exceeds limit for rule: " + text);
                throw new NoMore();
            } catch (CelEvaluationException e) {
                if (!unchanged) {
                    add(path, schema, RuntimeErrors.words(e) + " evaluating rule: " + text);
                }
            }
        }

        private Object run(CelRuntime.Program program, Map<String, Object> variables) throws CelEvaluationException {
            long[] left = {Math.min(budget, CALL_COST_MAX)};
            long granted = left[0];
            try {
                return program.trace(variables, (expr, value) -> {
                    if (--left[0] < 0) {
                        throw new OverBudget();
                    }
                });
            } catch (CelEvaluationException e) {
                if (left[0] < 0 || String.valueOf(e.getMessage()).contains("Iteration budget exceeded")) {
                    throw new OverBudget();
                }
                throw e;
            } finally {
                budget -= granted - Math.max(0, left[0]);
            }
        }

        private void refuse(Compiled rule, Map<String, Object> variables, Structural schema, String path) {
            String detail = rule.source().message().isBlank()
                    ? "failed rule: " + rule.source().rule().strip()
                    : rule.source().message().strip();
            if (rule.message() != null) {
                try {
                    String made = String.valueOf(run(rule.message(), variables));
                    boolean usable = !made.isBlank() && made.indexOf('\n') < 0 && made.length() <= 5 * 1024;
                    detail = usable ? made.strip() : detail;
                } catch (CelEvaluationException e) {
                    // The plain message is told instead, as Kubernetes does.
                }
            }
            String place = rule.source().fieldPath().isBlank()
                    ? path
                    : path
                            + (path.isEmpty()
                                    ? rule.source().fieldPath().replaceFirst("^\\.", "")
                                    : rule.source().fieldPath());
            String field = place.isEmpty() ? "<nil>" : place;
            causes.add(
                    switch (rule.source().reason()) {
                        case "FieldValueForbidden" -> Cause.forbidden(field, detail);
                        case "FieldValueRequired" -> Cause.required(field, detail);
                        case "FieldValueDuplicate" -> Cause.duplicate(field, schema.type());
                        default -> Cause.invalid(field, schema.type(), detail);
                    });
        }

        private void add(String path, Structural schema, String detail) {
            causes.add(Cause.invalid(path.isEmpty() ? "<nil>" : path, schema.type(), detail));
        }
    }

    private static String text(Structural.Rule rule) {
        return rule.message().isBlank() ? rule.rule().strip() : rule.message().strip();
    }
}

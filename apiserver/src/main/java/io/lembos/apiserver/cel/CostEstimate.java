package io.lembos.apiserver.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import io.lembos.apiserver.structural.Structural;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one call of a rule can cost at most, in Kubernetes' unit: about one per step, more for what goes through a text or a
 * list, times what the schema allows of them. Follows cel-go's estimator in its weights; where that knows a size more
 * precisely, this assumes the largest. Used once.
 */
public final class CostEstimate {
    /** The largest body of a request, which bounds whatever the schema does not. */
    private static final long BODY_BYTES_MAX = 3L * 1024 * 1024;

    private static final double PER_CHARACTER = 0.1;
    private static final double PER_REGEX_CHARACTER = 0.25;
    private static final long LIMIT = Long.MAX_VALUE / 4;

    private final Map<String, Structural> variables = new HashMap<>();
    private final Map<String, Long> sizes = new HashMap<>();

    private CostEstimate(Structural self) {
        variables.put("self", self);
        variables.put("oldSelf", self);
    }

    static long of(CelAbstractSyntaxTree tree, Structural self) {
        return new CostEstimate(self).cost(tree.getExpr());
    }

    private long cost(CelExpr expr) {
        return switch (expr.getKind()) {
            case IDENT -> 1;
            case SELECT -> plus(1, cost(expr.select().operand()));
            case CALL -> call(expr);
            case LIST -> plus(10, sum(expr.list().elements()));
            case MAP -> {
                long sum = 30;
                for (var entry : expr.map().entries()) {
                    sum = plus(sum, plus(cost(entry.key()), cost(entry.value())));
                }
                yield sum;
            }
            case COMPREHENSION -> comprehension(expr);
            default -> 0;
        };
    }

    private long sum(List<CelExpr> parts) {
        long sum = 0;
        for (CelExpr part : parts) {
            sum = plus(sum, cost(part));
        }
        return sum;
    }

    private long comprehension(CelExpr expr) {
        var loop = expr.comprehension();
        long range = cost(loop.iterRange());
        long times = size(loop.iterRange());
        Structural list = schema(loop.iterRange());
        Structural outer = variables.put(loop.iterVar(), list == null ? null : list.items());
        if (list != null && list.items() == null) {
            sizes.put(loop.iterVar(), keyLength(list));
        }
        long step = plus(cost(loop.loopCondition()), cost(loop.loopStep()));
        variables.put(loop.iterVar(), outer);
        return plus(plus(range, cost(loop.accuInit())), plus(times(times, step), cost(loop.result())));
    }

    private static long keyLength(Structural map) {
        return BODY_BYTES_MAX / Math.max(1, Sizes.elements(map));
    }

    private long call(CelExpr expr) {
        var call = expr.call();
        long sum = plus(sum(call.args()), call.target().map(this::cost).orElse(0L));
        long target = call.target().map(this::size).orElse(0L);
        List<CelExpr> args = call.args();
        long own = switch (call.function()) {
            case "_&&_", "_||_", "!_", "_?_:_", "@not_strictly_false" -> 0;
            case "_==_", "_!=_" -> traversal(Math.min(size(args.get(0)), size(args.get(1))));
            case "@in" -> size(args.get(1));
            case "_+_" -> traversal(plus(size(args.get(0)), size(args.get(1))));
            case "contains" -> times(traversal(target), traversal(size(args.get(0))));
            case "matches", "find", "findAll" -> {
                long text = call.target().isPresent() ? target : size(args.get(0));
                long regex = size(args.get(args.size() - 1));
                yield times(traversal(text), (long) Math.ceil(regex * PER_REGEX_CHARACTER));
            }
            case "startsWith", "endsWith" -> traversal(size(args.get(0)));
            case "isSorted", "sum", "min", "max", "indexOf", "lastIndexOf" -> target;
            case "sets.contains", "sets.intersects", "sets.equivalent" -> times(size(args.get(0)), size(args.get(1)));
            case "split", "replace", "lowerAscii", "upperAscii", "trim", "substring", "join", "format" ->
                traversal(target);
            case "quantity", "isQuantity", "url", "isURL", "ip", "isIP", "cidr", "isCIDR", "semver", "isSemver" ->
                args.isEmpty() ? 1 : traversal(size(args.get(0)));
            default -> 1;
        };
        return plus(sum, Math.max(own, 1));
    }

    /** How long a value can be: characters of a text, elements of a list or map. */
    private long size(CelExpr expr) {
        switch (expr.getKind()) {
            case CONSTANT:
                return expr.constant().getKind() == CelConstant.Kind.STRING_VALUE
                        ? expr.constant().stringValue().length()
                        : 1;
            case LIST:
                return expr.list().elements().size();
            case MAP:
                return expr.map().entries().size();
            case COMPREHENSION:
                return size(expr.comprehension().iterRange());
            case CALL:
                return callSize(expr);
            default:
                Structural schema = schema(expr);
                String name = expr.getKind() == CelExpr.ExprKind.Kind.IDENT
                        ? expr.ident().name()
                        : "";
                return schema != null ? Sizes.elements(schema) : sizes.getOrDefault(name, 1L);
        }
    }

    private long callSize(CelExpr expr) {
        var call = expr.call();
        return switch (call.function()) {
            case "_[_]" -> schema(expr) == null ? 1 : Sizes.elements(schema(expr));
            case "_+_" -> plus(size(call.args().get(0)), size(call.args().get(1)));
            case "_?_:_" -> Math.max(size(call.args().get(1)), size(call.args().get(2)));
            case "split", "replace", "lowerAscii", "upperAscii", "trim", "substring", "find", "findAll" ->
                call.target().map(this::size).orElse(1L);
            default -> 1;
        };
    }

    /** Which node of the schema an expression leads to, null where that cannot be told. */
    private Structural schema(CelExpr expr) {
        return switch (expr.getKind()) {
            case IDENT -> variables.get(expr.ident().name());
            case SELECT -> {
                Structural operand = schema(expr.select().operand());
                yield operand == null ? null : field(operand, expr.select().field());
            }
            case CALL -> {
                var call = expr.call();
                boolean index =
                        call.function().equals("_[_]") || call.function().equals("_[?_]");
                Structural operand = index ? schema(call.args().get(0)) : null;
                yield operand == null ? null : operand.items() != null ? operand.items() : operand.additional();
            }
            default -> null;
        };
    }

    private static Structural field(Structural operand, String escaped) {
        for (var property : operand.properties().entrySet()) {
            if (escaped.equals(FieldNames.escape(property.getKey()))) {
                return property.getValue();
            }
        }
        return operand.additional();
    }

    private static long traversal(long size) {
        return (long) Math.ceil(size * PER_CHARACTER);
    }

    private static long plus(long a, long b) {
        return Math.min(LIMIT, a + b);
    }

    static long times(long a, long b) {
        return a != 0 && b > LIMIT / a ? LIMIT : a * b;
    }
}

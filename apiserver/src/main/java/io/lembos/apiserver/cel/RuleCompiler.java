package io.lembos.apiserver.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.lembos.api.cel.Functions;
import io.lembos.apiserver.structural.Structural;
import java.util.Optional;

/** Compiles the rules of one schema, against the types that the schema gives. Used by one thread. */
public final class RuleCompiler {
    private static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .enableOptionalSyntax(true)
            .evaluateCanonicalTypesToNativeValues(true)
            .comprehensionMaxIterations(RuleSet.CALL_COST_MAX)
            .build();

    // Loaded with the first rule: parser and standard library cost time and memory.
    private static final class Library {
        static final Functions FUNCTIONS = functions();
        static final CelRuntime RUNTIME = CelRuntimeFactory.standardCelRuntimeBuilder()
                .setOptions(OPTIONS)
                .addLibraries(
                        CelExtensions.optional(),
                        CelExtensions.strings(),
                        CelExtensions.sets(OPTIONS),
                        CelExtensions.comprehensions())
                .addFunctionBindings(FUNCTIONS.bindings())
                .build();

        private static Functions functions() {
            Functions functions = Functions.common();
            OpaqueTypes.addTo(functions);
            NetFunctions.addTo(functions);
            FormatFunctions.addTo(functions);
            return functions;
        }
    }

    private final SchemaTypes types = new SchemaTypes();

    /**
     * A rule as it is run.
     *
     * @param message program of its message, null for none
     * @param usesOldSelf whether it is about a transition
     * @param cost estimate for one call, at most
     */
    public record Compiled(
            Structural.Rule source,
            CelRuntime.Program program,
            CelRuntime.Program message,
            boolean usesOldSelf,
            long cost,
            long messageCost) {}

    /** What is wrong with a rule. */
    public static final class BadRule extends Exception {
        private static final long serialVersionUID = 1L;
        private final boolean inMessage;

        BadRule(String detail, boolean inMessage) {
            super(detail, null, false, false);
            this.inMessage = inMessage;
        }

        /** Whether it is the expression of the message. */
        public boolean inMessage() {
            return inMessage;
        }
    }

    /** @param resource whether the node is a whole object */
    public Compiled compile(Structural schema, boolean resource, Structural.Rule rule) throws BadRule {
        CelType self = types.of(schema, resource)
                .orElseThrow(() -> new BadRule("rules cannot look into a value without a type", false));
        CelCompiler compiler = compiler(self, rule.optionalOldSelf());
        CelAbstractSyntaxTree condition = compile(compiler, rule.rule(), "", false);
        if (!condition.getResultType().equals(SimpleType.BOOL)) {
            throw new BadRule("must evaluate to a bool", false);
        }
        CelRuntime.Program message = null;
        long messageCost = 0;
        if (!rule.messageExpression().isBlank()) {
            CelAbstractSyntaxTree text = compile(compiler, rule.messageExpression(), "messageExpression ", true);
            if (!text.getResultType().equals(SimpleType.STRING)) {
                throw new BadRule("messageExpression must evaluate to a string", true);
            }
            message = program(text);
            messageCost = CostEstimate.of(text, schema);
        }
        boolean usesOldSelf = condition.getReferenceMap().values().stream()
                .anyMatch(reference -> reference.name().equals("oldSelf"));
        return new Compiled(
                rule, program(condition), message, usesOldSelf, CostEstimate.of(condition, schema), messageCost);
    }

    private CelCompiler compiler(CelType self, boolean optionalOldSelf) {
        return CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setTypeProvider(types)
                .addLibraries(
                        CelExtensions.optional(),
                        CelExtensions.strings(),
                        CelExtensions.bindings(),
                        CelExtensions.sets(OPTIONS),
                        CelExtensions.comprehensions())
                .addFunctionDeclarations(Library.FUNCTIONS.declarations())
                .addVar("self", self)
                .addVar("oldSelf", optionalOldSelf ? OptionalType.create(self) : self)
                .build();
    }

    private static CelAbstractSyntaxTree compile(CelCompiler compiler, String text, String what, boolean inMessage)
            throws BadRule {
        try {
            return compiler.compile(text).getAst();
        } catch (CelValidationException e) {
            throw new BadRule(what + "compilation failed: " + words(e), inMessage);
        } catch (RuntimeException e) {
            throw new BadRule(what + "compilation failed: " + e, inMessage);
        }
    }

    /** The parser's complaints bear a title in cel-go. */
    private static String words(CelValidationException e) {
        return String.valueOf(e.getMessage())
                .replaceAll(
                        "(<input>:\\d+:\\d+: )(mismatched|extraneous|missing|no viable|token recog)",
                        "$1Syntax error: $2");
    }

    private static CelRuntime.Program program(CelAbstractSyntaxTree tree) throws BadRule {
        try {
            return Library.RUNTIME.createProgram(tree);
        } catch (CelEvaluationException e) {
            throw new BadRule("program instantiation failed: " + e.getMessage(), false);
        }
    }

    /** The old value as a rule wants it: optional, if the rule says so. */
    static Object oldSelf(Object value, boolean optional) {
        return optional ? Optional.ofNullable(value) : value;
    }
}

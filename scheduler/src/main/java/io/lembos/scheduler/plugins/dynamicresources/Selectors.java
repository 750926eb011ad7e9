package io.lembos.scheduler.plugins.dynamicresources;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.lembos.api.cel.Functions;
import io.lembos.api.cel.QuantityFunctions;
import io.lembos.scheduler.devices.OfferedDevice;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What CEL selectors say of devices. Each expression is compiled once, and asked once of each device: the answer stays with
 * the device. What an expression may cost is bounded. Compiler and runtime are loaded with the first expression. Safe for
 * all threads: compiled programs are guarded by the monitor of this object and immutable.
 */
final class Selectors {
    private static final int PROGRAMS_MAX = 1_000;
    /** As for the cost of one call in Kubernetes (resourceapi.CELSelectorExpressionMaxCost). */
    private static final int STEPS_MAX = 1_000_000;

    private static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .enableOptionalSyntax(true)
            .evaluateCanonicalTypesToNativeValues(true)
            .comprehensionMaxIterations(STEPS_MAX)
            .build();

    private final Map<String, Compiled> programs = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Compiled> eldest) {
            return size() > PROGRAMS_MAX;
        }
    };
    private Language language;

    /**
     * What an expression says of a device.
     *
     * @param error why it says nothing; empty if it does
     */
    record Answer(boolean matches, String error) {}

    /** A program, or what is wrong with the expression. */
    private record Compiled(CelRuntime.Program program, String error) {}

    Answer ask(String expression, OfferedDevice device) {
        return device.verdict(expression, each -> evaluate(expression, each));
    }

    private Answer evaluate(String expression, OfferedDevice device) {
        Compiled compiled = compiled(expression);
        if (compiled.program() == null) {
            return new Answer(false, "CEL compile error: " + compiled.error());
        }
        try {
            Object result = compiled.program().eval(Map.of("device", DeviceValues.of(device)));
            return result instanceof Boolean matches
                    ? new Answer(matches, "")
                    : new Answer(false, "CEL runtime error: result is no bool: " + result);
        } catch (CelEvaluationException | RuntimeException e) {
            return new Answer(false, "CEL runtime error: " + e.getMessage());
        }
    }

    private synchronized Compiled compiled(String expression) {
        Compiled present = programs.get(expression);
        if (present == null) {
            language = language == null ? new Language() : language;
            present = language.compile(expression);
            programs.put(expression, present);
        }
        return present;
    }

    /** The words that an expression may use. */
    private static final class Language {
        private final CelCompiler compiler;
        private final CelRuntime runtime;

        Language() {
            Functions functions = Functions.common();
            compiler = CelCompilerFactory.standardCelCompilerBuilder()
                    .setOptions(OPTIONS)
                    .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                    .setTypeProvider(new Types())
                    .addLibraries(
                            CelExtensions.optional(),
                            CelExtensions.strings(),
                            CelExtensions.bindings(),
                            CelExtensions.sets(OPTIONS),
                            CelExtensions.comprehensions())
                    .addFunctionDeclarations(functions.declarations())
                    .addVar("device", Types.DEVICE)
                    .build();
            runtime = CelRuntimeFactory.standardCelRuntimeBuilder()
                    .setOptions(OPTIONS)
                    .addLibraries(
                            CelExtensions.optional(),
                            CelExtensions.strings(),
                            CelExtensions.sets(OPTIONS),
                            CelExtensions.comprehensions())
                    .addFunctionBindings(functions.bindings())
                    .build();
        }

        Compiled compile(String expression) {
            try {
                CelAbstractSyntaxTree tree = compiler.compile(expression).getAst();
                CelType type = tree.getResultType();
                return type.equals(SimpleType.BOOL) || type.equals(SimpleType.DYN)
                        ? new Compiled(runtime.createProgram(tree), "")
                        : new Compiled(null, "must evaluate to bool or the unknown type, not " + type.name());
            } catch (CelValidationException | CelEvaluationException | RuntimeException e) {
                return new Compiled(null, "compilation failed: " + e.getMessage());
            }
        }
    }

    /** What is known of the variable {@code device}. */
    private static final class Types implements CelTypeProvider {
        private static final CelType BY_DOMAIN =
                MapType.create(SimpleType.STRING, MapType.create(SimpleType.STRING, SimpleType.DYN));
        private static final Map<String, CelType> FIELDS = Map.of(
                "driver",
                SimpleType.STRING,
                "attributes",
                BY_DOMAIN,
                "capacity",
                MapType.create(SimpleType.STRING, MapType.create(SimpleType.STRING, QuantityFunctions.QUANTITY)),
                "allowMultipleAllocations",
                SimpleType.BOOL);
        static final StructType DEVICE = StructType.create(
                "DRADevice", ImmutableSet.copyOf(FIELDS.keySet()), field -> Optional.ofNullable(FIELDS.get(field)));

        @Override
        public ImmutableCollection<CelType> types() {
            return ImmutableList.of(DEVICE);
        }

        @Override
        public Optional<CelType> findType(String name) {
            return name.equals(DEVICE.name()) ? Optional.of(DEVICE) : Optional.empty();
        }
    }
}

package io.lembos.api.cel;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers declarations and bindings of functions, which the compiler and the runtime want apart. Used by one thread. */
public final class Functions {
    private final Map<String, List<CelOverloadDecl>> overloads = new LinkedHashMap<>();
    private final List<CelFunctionBinding> bindings = new ArrayList<>();
    private final Map<String, Class<?>> opaque = new HashMap<>();

    /** Those on lists, quantities and versions. */
    public static Functions common() {
        Functions functions = new Functions();
        ListFunctions.addTo(functions);
        QuantityFunctions.addTo(functions);
        SemverFunctions.addTo(functions);
        return functions;
    }

    /** Says what holds the values of a type into which only functions look; before the functions on it. */
    public Functions opaque(CelType type, Class<?> values) {
        opaque.put(type.name(), values);
        return this;
    }

    /** What a function does with arguments of the declared types. */
    @FunctionalInterface
    public interface Body {
        Object apply(Object[] arguments);
    }

    /** A function that is called on its first argument. */
    public Functions member(String name, String id, CelType result, Body body, CelType... parameters) {
        return add(name, CelOverloadDecl.newMemberOverload(id, result, List.of(parameters)), body);
    }

    public Functions global(String name, String id, CelType result, Body body, CelType... parameters) {
        return add(name, CelOverloadDecl.newGlobalOverload(id, result, List.of(parameters)), body);
    }

    private Functions add(String name, CelOverloadDecl overload, Body body) {
        overloads.computeIfAbsent(name, n -> new ArrayList<>()).add(overload);
        List<Class<?>> types = new ArrayList<>();
        overload.parameterTypes().forEach(type -> types.add(javaType(type)));
        bindings.add(CelFunctionBinding.from(overload.overloadId(), types, arguments -> {
            try {
                return body.apply(arguments);
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new CelEvaluationException(String.valueOf(e.getMessage()), e);
            }
        }));
        return this;
    }

    private Class<?> javaType(CelType type) {
        return switch (type.kind()) {
            case STRING -> String.class;
            case INT -> Long.class;
            case DOUBLE -> Double.class;
            case BOOL -> Boolean.class;
            case LIST -> List.class;
            case MAP -> Map.class;
            case OPAQUE -> opaque.getOrDefault(type.name(), Object.class);
            default -> Object.class;
        };
    }

    public List<CelFunctionDecl> declarations() {
        List<CelFunctionDecl> list = new ArrayList<>();
        overloads.forEach((name, o) -> list.add(CelFunctionDecl.newFunctionDeclaration(name, o)));
        return list;
    }

    public List<CelFunctionBinding> bindings() {
        return Collections.unmodifiableList(bindings);
    }
}

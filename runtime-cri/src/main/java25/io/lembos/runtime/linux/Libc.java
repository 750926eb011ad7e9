package io.lembos.runtime.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The functions of the C library that we use. A result of -1 is an exception that carries the kernel's reason. */
final class Libc {
    private static final int EINTR = 4;
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final Map<String, FunctionDescriptor> FUNCTIONS = Map.of(
            "socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
            "connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT),
            "recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT),
            "send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT),
            "shutdown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT),
            "close", FunctionDescriptor.of(JAVA_INT, JAVA_INT),
            "open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
            "setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT),
            "kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT),
            "statvfs", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

    private final Map<String, MethodHandle> handles = FUNCTIONS.entrySet().stream()
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> handle(e.getKey(), e.getValue())));
    private final MethodHandle text = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("strerror"),
                    FunctionDescriptor.of(ADDRESS, JAVA_INT));

    private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
        List<Linker.Option> options = new ArrayList<>(List.of(Linker.Option.captureCallState("errno")));
        if (name.equals("open")) {
            options.add(Linker.Option.firstVariadicArg(2));
        }
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), descriptor, options.toArray(Linker.Option[]::new));
    }

    /** Calls, again when a signal has interrupted it. */
    int call(String function, Object... arguments) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            List<Object> all = new ArrayList<>(List.of(state));
            all.addAll(List.of(arguments));
            while (true) {
                int result = ((Number) handles.get(function).invokeWithArguments(all)).intValue();
                if (result != -1) {
                    return result;
                }
                int reason = (int) ERRNO.get(state, 0L);
                if (reason != EINTR || function.equals("close")) {
                    throw new IOException(function + ": " + text(reason));
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private String text(int reason) throws Throwable {
        MemorySegment words = (MemorySegment) text.invokeExact(reason);
        return words.reinterpret(Short.MAX_VALUE).getString(0);
    }
}

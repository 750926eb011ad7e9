package io.lembos.runtime.simulated;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a simulated process does: steps until an exit, or else it runs on for ever.
 *
 * <p>Understood are {@code true}, {@code false}, {@code sleep N}, {@code exit N}, {@code echo WORDS [>&2]}, alone, behind
 * {@code busybox} or {@code exec}, or as a {@code sh -c} script with {@code ;}, {@code &&} or newlines. Any other word is taken for a
 * server that runs until stopped. No conditions, loops, quoting or variables.
 */
record SimulatedCommand(List<Step> steps) {

    sealed interface Step {
        /** Prints a line. */
        record Print(LogStream stream, String line) implements Step {}

        /** Lets time pass. */
        record Sleep(Duration duration) implements Step {}

        /** Ends the process. */
        record Exit(int code) implements Step {}

        /** Goes on until stopped. */
        record Serve() implements Step {}
    }

    private static final Set<String> SHELLS = Set.of("sh", "bash", "ash");
    /** What only says how the program behind it is run. */
    private static final Set<String> PREFIXES = Set.of("busybox", "exec");

    private static final String TO_STDERR = ">&2";

    SimulatedCommand {
        steps = List.copyOf(steps);
    }

    static SimulatedCommand parse(List<String> words) {
        if (words.isEmpty()) {
            return new SimulatedCommand(List.of(new Step.Serve()));
        }
        String program = baseName(words.get(0));
        List<String> rest = words.subList(1, words.size());
        if (PREFIXES.contains(program) && !rest.isEmpty()) {
            return parse(rest);
        }
        if (SHELLS.contains(program) && rest.size() >= 2 && rest.get(0).equals("-c")) {
            return script(rest.get(1));
        }
        return finished(List.of(step(words)));
    }

    private static SimulatedCommand script(String text) {
        List<Step> steps = new ArrayList<>();
        for (String line : text.split(";|&&|\n")) {
            List<String> words = List.of(line.strip().split("\\s+"));
            if (!words.get(0).isEmpty()) {
                steps.add(step(words));
            }
        }
        return finished(steps);
    }

    /** A process that comes to its end without saying so has succeeded. */
    private static SimulatedCommand finished(List<Step> steps) {
        List<Step> all = new ArrayList<>(steps);
        all.add(new Step.Exit(0));
        return new SimulatedCommand(all);
    }

    private static Step step(List<String> words) {
        String program = baseName(words.get(0));
        List<String> arguments = words.subList(1, words.size());
        if (PREFIXES.contains(program) && !arguments.isEmpty()) {
            return step(arguments);
        }
        return switch (program) {
            case "true", "exec" -> new Step.Sleep(Duration.ZERO);
            case "false" -> new Step.Exit(1);
            case "sleep" -> new Step.Sleep(Duration.ofMillis((long) (1000 * number(arguments, 0))));
            case "exit" -> new Step.Exit((int) number(arguments, 0));
            case "echo" -> print(arguments);
            default -> new Step.Serve();
        };
    }

    private static Step print(List<String> words) {
        boolean toStderr = words.contains(TO_STDERR);
        String line = String.join(
                " ", words.stream().filter(w -> !w.equals(TO_STDERR)).toList());
        return new Step.Print(toStderr ? LogStream.STDERR : LogStream.STDOUT, line);
    }

    private static double number(List<String> arguments, int fallback) {
        try {
            return arguments.isEmpty() ? fallback : Double.parseDouble(arguments.get(0));
        } catch (NumberFormatException e) {
            return fallback;
        }
    }

    private static String baseName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}

package io.lembos.runtime.simulated;

import io.lembos.runtime.cri.v1.ContainerConfig;
import io.lembos.runtime.cri.v1.KeyValue;
import io.lembos.runtime.simulated.SimulatedCommand.Step;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a test says about a container's life, stronger than its command: annotations {@code simulated.lembos.io/…} on
 * the container, or environment variables for where annotations cannot be set.
 *
 * <ul>
 *   <li>{@code exit-code}, {@code SIMULATED_EXIT_CODE}: ends with this code
 *   <li>{@code run-seconds}, {@code SIMULATED_RUN_SECONDS}: after this time, at once if not given
 *   <li>{@code start-error}, {@code SIMULATED_START_ERROR}: does not start, with this message
 *   <li>{@code ignore-sigterm}, {@code SIMULATED_IGNORE_SIGTERM}: {@code true} lives until the grace is over
 *   <li>{@code exec-exit-code}, {@code SIMULATED_EXEC_EXIT_CODE}: what every exec in it ends with
 * </ul>
 */
record SimulationScript(Map<String, String> settings) {

    private static final String ANNOTATION_PREFIX = "simulated.lembos.io/";
    private static final String VARIABLE_PREFIX = "SIMULATED_";

    static SimulationScript of(ContainerConfig config) {
        Map<String, String> settings = new HashMap<>();
        for (KeyValue variable : config.getEnvsList()) {
            if (variable.getKey().startsWith(VARIABLE_PREFIX)) {
                String name = variable.getKey().substring(VARIABLE_PREFIX.length());
                settings.put(name.toLowerCase().replace('_', '-'), variable.getValue());
            }
        }
        config.getAnnotationsMap().forEach((key, value) -> {
            if (key.startsWith(ANNOTATION_PREFIX)) {
                settings.put(key.substring(ANNOTATION_PREFIX.length()), value);
            }
        });
        return new SimulationScript(settings);
    }

    SimulatedCommand apply(SimulatedCommand command) {
        if (!settings.containsKey("exit-code") && !settings.containsKey("run-seconds")) {
            return command;
        }
        long seconds = Long.parseLong(settings.getOrDefault("run-seconds", "0"));
        int code = Integer.parseInt(settings.getOrDefault("exit-code", "0"));
        return new SimulatedCommand(List.of(new Step.Sleep(Duration.ofSeconds(seconds)), new Step.Exit(code)));
    }

    Optional<String> startError() {
        return Optional.ofNullable(settings.get("start-error"));
    }

    boolean ignoresSigterm() {
        return Boolean.parseBoolean(settings.get("ignore-sigterm"));
    }

    Optional<Integer> execExitCode() {
        return Optional.ofNullable(settings.get("exec-exit-code")).map(Integer::valueOf);
    }
}

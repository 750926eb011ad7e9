package io.lembos.kubelet.simulated;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.meta.SimulationAnnotations;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the containers of a pod end, by its annotations. Pure.
 *
 * @param runFor empty when they run for ever
 * @param problem what could not be read and does not count
 */
record PodScript(Optional<Duration> runFor, int exitCode, Optional<String> problem) {
    private static final Pattern DURATION = Pattern.compile("(?=\\d)(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,9})s)?");
    private static final int EXIT_CODE_MAX = 255;

    static PodScript of(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        if (annotations == null) {
            return new PodScript(Optional.empty(), 0, Optional.empty());
        }
        String time = annotations.get(SimulationAnnotations.RUN_FOR);
        String code = annotations.get(SimulationAnnotations.EXIT_CODE);
        Optional<Duration> runFor = Optional.ofNullable(time).flatMap(PodScript::duration);
        if (time != null && runFor.isEmpty()) {
            return refused(SimulationAnnotations.RUN_FOR, time, "a duration such as 5s or 1m30s");
        }
        if (code == null) {
            return new PodScript(runFor, 0, Optional.empty());
        }
        if (!code.matches("\\d{1,3}") || Integer.parseInt(code) > EXIT_CODE_MAX) {
            return refused(SimulationAnnotations.EXIT_CODE, code, "a number from 0 to " + EXIT_CODE_MAX);
        }
        return new PodScript(Optional.of(runFor.orElse(Duration.ZERO)), Integer.parseInt(code), Optional.empty());
    }

    private static PodScript refused(String annotation, String value, String wanted) {
        String problem = "annotation " + annotation + ": \"" + value + "\" is not " + wanted
                + "; the containers run until they are stopped";
        return new PodScript(Optional.empty(), 0, Optional.of(problem));
    }

    private static Optional<Duration> duration(String text) {
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofHours(number(parts.group(1)))
                .plusMinutes(number(parts.group(2)))
                .plusSeconds(number(parts.group(3))));
    }

    private static long number(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}

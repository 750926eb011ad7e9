package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.Cause;
import java.util.List;

/** What a container may ask for around its start and its end: one handler for each hook, and a signal to stop by. */
final class LifecycleRules {
    private static final List<String> HANDLERS = List.of("exec", "httpGet", "tcpSocket", "sleep");

    private final JsonNode lifecycle;
    private final String path;
    private final List<Cause> causes;

    /** @param path of the container */
    LifecycleRules(JsonNode container, String path, List<Cause> causes) {
        this.lifecycle = container.path("lifecycle");
        this.path = path + ".lifecycle";
        this.causes = causes;
    }

    /** @param restarts whether the container lives beside others, or only before them */
    void check(JsonNode podSpec, boolean restarts) {
        if (lifecycle.isMissingNode()) {
            return;
        }
        if (!restarts) {
            causes.add(Cause.forbidden(path, "may not be set for init containers without restartPolicy=Always"));
            return;
        }
        for (String hook : List.of("postStart", "preStop")) {
            if (lifecycle.has(hook)) {
                hook(lifecycle.get(hook), path + "." + hook, podSpec);
            }
        }
        if (lifecycle.has("stopSignal")
                && podSpec.path("os").path("name").asText("").isEmpty()) {
            causes.add(
                    Cause.forbidden(path + ".stopSignal", "may not be set for containers with empty `spec.os.name`"));
        }
    }

    private void hook(JsonNode hook, String at, JsonNode podSpec) {
        List<String> handlers = HANDLERS.stream().filter(hook::has).toList();
        if (handlers.isEmpty()) {
            causes.add(Cause.required(at, "must specify a handler type"));
        }
        handlers.stream()
                .skip(1)
                .forEach(h -> causes.add(Cause.forbidden(at + "." + h, "may not specify more than 1 handler type")));
        if (hook.has("exec") && hook.path("exec").path("command").isEmpty()) {
            causes.add(Cause.required(at + ".exec.command", ""));
        }
        long seconds = hook.path("sleep").path("seconds").asLong(0);
        long grace = podSpec.path("terminationGracePeriodSeconds").asLong(Long.MAX_VALUE);
        if (hook.has("sleep") && (seconds < 0 || seconds > grace)) {
            causes.add(Cause.invalid(
                    at + ".sleep",
                    seconds,
                    "must be non-negative and less than terminationGracePeriodSeconds (" + grace + ")"));
        }
    }
}

package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.http.Exchange;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** {@code /livez}, {@code /readyz}, {@code /healthz} and {@code /version}: what anybody may ask. */
public final class HealthRoutes {
    /** The Kubernetes version whose API is served. */
    public static final String GIT_VERSION = "v1.36.0+lembos";

    private final Map<String, BooleanSupplier> checks;
    private final ObjectNode version;

    /** @param checks named conditions for being ready, in the order in which they are shown */
    public HealthRoutes(Map<String, BooleanSupplier> checks) {
        this.checks = new LinkedHashMap<>(checks);
        version = new ObjectMapper()
                .createObjectNode()
                .put("major", "1")
                .put("minor", "36")
                .put("gitVersion", GIT_VERSION)
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "1970-01-01T00:00:00Z")
                .put("goVersion", "none")
                .put("compiler", "javac")
                .put("platform", "linux/" + ("aarch64".equals(System.getProperty("os.arch")) ? "arm64" : "amd64"));
    }

    /** Answers if the path is one of these, or of a single check below them such as {@code /readyz/etcd}. */
    public boolean dispatch(Exchange exchange) {
        String path = exchange.info().path();
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        if (trimmed.equals("/version")) {
            exchange.answer(200, version);
            return true;
        }
        String[] steps = trimmed.split("/");
        if (steps.length < 2 || steps.length > 3) {
            return false;
        }
        Optional<Map<String, BooleanSupplier>> all = checksOf(steps[1]);
        if (all.isEmpty()) {
            return false;
        }
        if (steps.length == 2) {
            report(exchange, steps[1], without(all.get(), exchange.queries("exclude")));
            return true;
        }
        BooleanSupplier single = all.get().get(steps[2]);
        if (single != null) {
            report(exchange, steps[1], Map.of(steps[2], single));
        }
        return single != null;
    }

    private Optional<Map<String, BooleanSupplier>> checksOf(String name) {
        Map<String, BooleanSupplier> all = new LinkedHashMap<>();
        all.put("ping", () -> true);
        return switch (name) {
            case "livez" -> Optional.of(all);
            case "readyz", "healthz" -> {
                all.putAll(checks);
                yield Optional.of(all);
            }
            default -> Optional.empty();
        };
    }

    private static Map<String, BooleanSupplier> without(Map<String, BooleanSupplier> all, List<String> excluded) {
        excluded.forEach(all::remove);
        return all;
    }

    private static void report(Exchange exchange, String name, Map<String, BooleanSupplier> checks) {
        StringBuilder lines = new StringBuilder();
        boolean healthy = true;
        for (Map.Entry<String, BooleanSupplier> check : checks.entrySet()) {
            boolean ok = check.getValue().getAsBoolean();
            healthy &= ok;
            lines.append(ok ? "[+]" : "[-]").append(check.getKey()).append(ok ? " ok\n" : " failed: reason withheld\n");
        }
        lines.append(name).append(healthy ? " check passed\n" : " check failed\n");
        boolean detailed = !healthy || exchange.queries("verbose").size() > 0;
        exchange.send(
                healthy ? 200 : 500,
                "text/plain; charset=utf-8",
                (detailed ? lines.toString() : "ok").getBytes(StandardCharsets.UTF_8));
    }
}

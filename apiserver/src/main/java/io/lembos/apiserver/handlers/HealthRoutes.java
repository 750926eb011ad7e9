package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.http.Exchange;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
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

    /** Answers if the path is one of these. */
    public boolean dispatch(Exchange exchange) {
        String path = exchange.info().path();
        switch (path.endsWith("/") ? path.substring(0, path.length() - 1) : path) {
            case "/version" -> exchange.answer(200, version);
            case "/livez" -> report(exchange, "livez", Map.of());
            case "/readyz", "/healthz" -> report(exchange, path.substring(1), checks);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void report(Exchange exchange, String name, Map<String, BooleanSupplier> checks) {
        StringBuilder lines = new StringBuilder("[+]ping ok\n");
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

package io.lembos.apiserver.metrics;

import io.lembos.apiserver.http.RequestInfo;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Requests: how many, how they ended, how long they took, how many are under way (apiserver, endpoints/metrics). What a
 * caller makes up in a path becomes no label: only resources that exist are told apart. Safe for many threads.
 */
public final class RequestMetrics {
    private static final double[] SECONDS = {
        0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60
    };
    private static final String COMPONENT = "apiserver";
    private static final double NANOS = 1e9;
    /** Codes under which a path may name something that does not exist. */
    private static final Set<Integer> REFUSED = Set.of(400, 401, 403, 404, 405);

    private final Predicate<RequestInfo> builtIn;
    private final Counter total;
    private final Histogram duration;
    private final Gauge inflight;
    private final Gauge longRunning;

    /** @param builtIn whether a request is about a resource that every server has; asked before anything is checked */
    public RequestMetrics(PrometheusRegistry registry, Predicate<RequestInfo> builtIn) {
        this.builtIn = builtIn;
        total = Counter.builder()
                .name("apiserver_request_total")
                .help("Requests by what they were about and how they ended.")
                .labelNames("verb", "group", "version", "resource", "subresource", "scope", "component", "code")
                .register(registry);
        duration = Histogram.builder()
                .name("apiserver_request_duration_seconds")
                .help("Time from a request's last byte to its answer; watches are left out.")
                .classicOnly()
                .classicUpperBounds(SECONDS)
                .labelNames("verb", "group", "version", "resource", "subresource", "scope", "component")
                .register(registry);
        inflight = Gauge.builder()
                .name("apiserver_current_inflight_requests")
                .help("Requests that are being worked on.")
                .labelNames("request_kind")
                .register(registry);
        longRunning = Gauge.builder()
                .name("apiserver_longrunning_requests")
                .help("Watches and other requests that last.")
                .labelNames("verb", "resource")
                .register(registry);
    }

    /** A request begins; the result is told when it ends. */
    public Running begin(RequestInfo info) {
        boolean watch = info.verb().equals("watch");
        String resource = builtIn.test(info) ? info.resource() : "";
        if (watch) {
            longRunning.labelValues("WATCH", resource).inc();
        } else {
            inflight.labelValues(kind(info)).inc();
        }
        return new Running(info, resource, watch, System.nanoTime());
    }

    /** One request under way. */
    public final class Running {
        private final RequestInfo info;
        private final String resource;
        private final boolean watch;
        private final long begunNanos;

        private Running(RequestInfo info, String resource, boolean watch, long begunNanos) {
            this.info = info;
            this.resource = resource;
            this.watch = watch;
            this.begunNanos = begunNanos;
        }

        /** Whether the request goes on after it has been answered. */
        public boolean isWatch() {
            return watch;
        }

        public void end(int code) {
            // A custom resource is known by its having been answered.
            String shown = resource.isEmpty() && !REFUSED.contains(code) ? info.resource() : resource;
            boolean known = !shown.isEmpty();
            String verb = verb(info);
            String group = known ? info.group() : "";
            String version = known ? info.version() : "";
            String subresource = known ? info.subresource() : "";
            total.labelValues(verb, group, version, shown, subresource, scope(info), COMPONENT, String.valueOf(code))
                    .inc();
            if (watch) {
                longRunning.labelValues("WATCH", resource).dec();
            } else {
                inflight.labelValues(kind(info)).dec();
                duration.labelValues(verb, group, version, shown, subresource, scope(info), COMPONENT)
                        .observe((System.nanoTime() - begunNanos) / NANOS);
            }
        }
    }

    private static String kind(RequestInfo info) {
        return switch (info.verb()) {
            case "get", "list", "watch" -> "readOnly";
            default -> "mutating";
        };
    }

    private static String verb(RequestInfo info) {
        return switch (info.verb()) {
            case "create" -> "POST";
            case "update" -> "PUT";
            case "get", "list", "watch", "patch", "delete", "deletecollection", "post", "put", "head", "options" ->
                info.verb().toUpperCase(Locale.ROOT);
            default -> "OTHER";
        };
    }

    private static String scope(RequestInfo info) {
        if (!info.isResource()) {
            return "";
        }
        if (!info.name().isEmpty()) {
            return "resource";
        }
        return info.namespace().isEmpty() ? "cluster" : "namespace";
    }
}

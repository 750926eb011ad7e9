package io.lembos.apiserver.handlers;

import io.lembos.apiserver.http.Exchange;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** {@code /metrics} in Prometheus' text format. */
public final class MetricsRoutes {
    private final PrometheusRegistry registry;

    public MetricsRoutes(PrometheusRegistry registry) {
        this.registry = registry;
    }

    /** Answers if the path is the metrics'. */
    public boolean dispatch(Exchange exchange) throws IOException {
        if (!exchange.info().path().equals("/metrics")) {
            return false;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(out, registry.scrape());
        exchange.send(200, PrometheusTextFormatWriter.CONTENT_TYPE, out.toByteArray());
        return true;
    }
}

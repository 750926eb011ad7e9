package io.lembos.apiserver.handlers;

import io.lembos.api.error.ApiError;
import io.lembos.api.meta.ObjectKey;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.http.RequestInfo;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.WriteContext;
import java.util.List;

/**
 * The request of one client about one kind.
 *
 * @param exchange where the request came from and the answer goes
 */
public record Target(Exchange exchange, Kind kind) {

    public RequestInfo info() {
        return exchange.info();
    }

    /** Namespace of the request as the kind understands it. */
    public String namespace() {
        return kind.namespaced() ? info().namespace() : "";
    }

    public ObjectKey key() {
        return ObjectKey.of(namespace(), info().name());
    }

    /** Who writes, and whether it is a dry run. */
    public WriteContext writeContext() {
        List<String> dryRun = exchange.queries("dryRun");
        for (String value : dryRun) {
            if (!value.equals("All") && !value.isEmpty()) {
                throw ApiError.badRequest("dryRun: Unsupported value: \"" + value + "\": supported values: \"All\"");
            }
        }
        return new WriteContext(exchange.identity(), dryRun.contains("All"));
    }
}

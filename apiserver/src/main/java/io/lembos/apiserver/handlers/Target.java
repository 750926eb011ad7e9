package io.lembos.apiserver.handlers;

import io.lembos.api.error.Cause;
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
        return writeContext(exchange.queries("dryRun"));
    }

    /** @param dryRun stages that are left out, as the options of the request name them */
    WriteContext writeContext(List<String> dryRun) {
        for (String value : dryRun) {
            if (!value.equals("All") && !value.isEmpty()) {
                throw OptionErrors.of(info().verb(), Cause.notSupported("dryRun", value, List.of("All")));
            }
        }
        return new WriteContext(exchange.identity(), dryRun.contains("All"), FieldManagers.of(exchange));
    }
}

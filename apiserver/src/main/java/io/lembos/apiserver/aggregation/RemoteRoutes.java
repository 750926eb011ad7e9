package io.lembos.apiserver.aggregation;

import io.lembos.apiserver.http.Exchange;
import java.util.Optional;

/** Finds the requests that another server answers: everything below its group's version, and its OpenAPI document. */
public final class RemoteRoutes {
    private static final String APIS = "/apis/";
    private static final String OPEN_API = "/openapi/v3/apis/";

    private final RemoteVersions remotes;
    private final ApiProxy proxy;

    public RemoteRoutes(RemoteVersions remotes, ApiProxy proxy) {
        this.remotes = remotes;
        this.proxy = proxy;
    }

    /** Answers if another server is there for it. */
    public boolean dispatch(Exchange exchange) {
        String path = exchange.info().path();
        if (remotes.table().versions().isEmpty()) {
            return false;
        }
        Optional<RemoteVersion> remote = find(path, APIS).or(() -> find(path, OPEN_API));
        remote.ifPresent(r -> proxy.pass(r, exchange.request().uri(), exchange));
        return remote.isPresent();
    }

    private Optional<RemoteVersion> find(String path, String prefix) {
        if (!path.startsWith(prefix)) {
            return Optional.empty();
        }
        String[] steps = path.substring(prefix.length()).split("/", 3);
        return steps.length < 2 ? Optional.empty() : remotes.find(steps[0], steps[1]);
    }
}

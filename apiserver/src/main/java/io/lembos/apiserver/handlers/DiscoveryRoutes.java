package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.aggregation.RemoteVersions;
import io.lembos.apiserver.discovery.AggregatedDiscovery;
import io.lembos.apiserver.discovery.DiscoveryDocuments;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.kinds.KindRegistry;
import io.lembos.apiserver.kinds.KindTable;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What is served: {@code /api}, {@code /apis} and below. Each document is written once, when first asked for, and kept as
 * long as the same kinds are served, here and by the servers beside this one.
 */
public final class DiscoveryRoutes {
    private final KindRegistry kinds;
    private final RemoteVersions remotes;
    private final String address;
    private volatile Shelf shelf;

    /** The documents about one table of kinds. */
    private record Shelf(
            KindTable table,
            RemoteVersions.Table remotes,
            DiscoveryDocuments documents,
            AggregatedDiscovery aggregated,
            Map<String, byte[]> written) {
        Shelf(KindTable table, RemoteVersions.Table remotes) {
            this(
                    table,
                    remotes,
                    new DiscoveryDocuments(table, remotes),
                    new AggregatedDiscovery(table, remotes),
                    new ConcurrentHashMap<>());
        }

        Optional<byte[]> written(String key, Supplier<Optional<ObjectNode>> document) {
            byte[] present = written.get(key);
            if (present != null) {
                return Optional.of(present);
            }
            Optional<byte[]> made =
                    document.get().map(d -> d.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            made.ifPresent(bytes -> written.put(key, bytes));
            return made;
        }
    }

    /** @param address host and port under which clients reach the server */
    public DiscoveryRoutes(KindRegistry kinds, RemoteVersions remotes, String address) {
        this.kinds = kinds;
        this.remotes = remotes;
        this.shelf = new Shelf(kinds.builtIn(), remotes.table());
        this.address = address;
    }

    private Shelf shelf() {
        KindTable table = kinds.table();
        Shelf present = shelf;
        RemoteVersions.Table others = remotes.table();
        if (present.table() != table || present.remotes() != others) {
            present = new Shelf(table, others);
            shelf = present;
        }
        return present;
    }

    /** Answers if the path is a discovery document. */
    public boolean dispatch(Exchange exchange) {
        String path = exchange.info().path();
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        if (!trimmed.isEmpty() && !trimmed.startsWith("/api")) {
            return false;
        }
        Shelf shelf = shelf();
        AggregatedDiscovery aggregated = shelf.aggregated();
        Optional<AggregatedDiscovery.Version> version = aggregatedVersion(exchange.header("Accept"));
        if (version.isPresent() && (trimmed.equals("/api") || trimmed.equals("/apis"))) {
            exchange.response().putHeader("Vary", "Accept");
            byte[] body = shelf.written(
                            trimmed + version.get(),
                            () -> Optional.of(
                                    trimmed.equals("/api")
                                            ? aggregated.core(version.get())
                                            : aggregated.groups(version.get())))
                    .orElseThrow();
            exchange.send(200, version.get().contentType(), body);
            return true;
        }
        Optional<byte[]> body = shelf.written(
                trimmed,
                () -> document(
                        shelf.documents(),
                        trimmed.isEmpty()
                                ? new String[] {""}
                                : trimmed.substring(1).split("/")));
        body.ifPresent(b -> exchange.answer(200, b));
        return body.isPresent();
    }

    private Optional<ObjectNode> document(DiscoveryDocuments documents, String[] parts) {
        if (parts.length == 1 && parts[0].isEmpty()) {
            return Optional.of(documents.paths());
        }
        if (parts[0].equals("api")) {
            return switch (parts.length) {
                case 1 -> Optional.of(documents.coreVersions(address));
                case 2 -> documents.resources("", parts[1]);
                default -> Optional.empty();
            };
        }
        if (!parts[0].equals("apis")) {
            return Optional.empty();
        }
        return switch (parts.length) {
            case 1 -> Optional.of(documents.groups());
            case 2 -> documents.group(parts[1]);
            case 3 -> documents.resources(parts[1], parts[2]);
            default -> Optional.empty();
        };
    }

    /** The best aggregated form that the client names before plain JSON. */
    private static Optional<AggregatedDiscovery.Version> aggregatedVersion(String accept) {
        for (String range : accept.split(",")) {
            if (!range.contains("as=APIGroupDiscoveryList")) {
                if (range.trim().startsWith("application/json")) {
                    return Optional.empty();
                }
                continue;
            }
            for (AggregatedDiscovery.Version version : AggregatedDiscovery.Version.values()) {
                if (range.replace(" ", "")
                        .matches(".*;v=" + version.name().toLowerCase(java.util.Locale.ROOT) + "(;.*)?")) {
                    return Optional.of(version);
                }
            }
        }
        return Optional.empty();
    }
}

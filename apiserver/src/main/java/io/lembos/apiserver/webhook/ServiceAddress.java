package io.lembos.apiserver.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.meta.ObjectKey;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindRegistry;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ListRequest;
import io.lembos.apiserver.registry.ObjectReader;
import io.lembos.apiserver.registry.Selection;
import io.lembos.apiserver.store.Entry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Finds an address behind a service: one of its ready endpoints, because a cluster address may reach nothing from where the
 * API server runs. Stateless.
 */
public final class ServiceAddress {
    private final ObjectReader reader;
    private final Kind services;
    private final Kind slices;

    public ServiceAddress(KindRegistry kinds, ObjectReader reader) {
        this.reader = reader;
        this.services = kinds.byPlural("", "v1", "services").orElseThrow();
        this.slices = kinds.byPlural("discovery.k8s.io", "v1", "endpointslices").orElseThrow();
    }

    /** Why a service has no address; the reasons are those of an APIService's condition. */
    public static final class NoAddressException extends IOException {
        private final String reason;

        NoAddressException(String reason, String message) {
            super(message);
            this.reason = reason;
        }

        /** One word. */
        public String reason() {
            return reason;
        }
    }

    /**
     * @param service {@code namespace/name}
     * @throws NoAddressException when there is no such service, port or ready endpoint
     */
    public InetSocketAddress of(String service, int port) throws IOException {
        String namespace = service.substring(0, service.indexOf('/'));
        String name = service.substring(service.indexOf('/') + 1);
        Optional<Entry> found = reader.find(services, ObjectKey.of(namespace, name));
        if (found.isEmpty()) {
            throw new NoAddressException("ServiceNotFound", "service \"" + name + "\" not found");
        }
        JsonNode object = CanonicalJson.read(found.get().bytes());
        if (object.at("/spec/type").asText().equals("ExternalName")) {
            return InetSocketAddress.createUnresolved(
                    object.at("/spec/externalName").asText(), port);
        }
        String portName = portName(object, port)
                .orElseThrow(() -> new NoAddressException(
                        "ServicePortError", "no service port " + port + " found for service \"" + name + "\""));
        Selection own = Selection.of(slices, namespace, "kubernetes.io/service-name=" + name, "");
        for (Entry entry : reader.list(own, ListRequest.EVERYTHING).entries()) {
            Optional<InetSocketAddress> ready = ready(CanonicalJson.read(entry.bytes()), portName);
            if (ready.isPresent()) {
                return ready.get();
            }
        }
        throw new NoAddressException("MissingEndpoints", "no endpoints available for service \"" + name + "\"");
    }

    private static Optional<String> portName(JsonNode service, int port) {
        return service.path("spec")
                .path("ports")
                .valueStream()
                .filter(p -> p.path("port").asInt() == port)
                .map(p -> p.path("name").asText(""))
                .findFirst();
    }

    private static Optional<InetSocketAddress> ready(JsonNode slice, String portName) {
        for (JsonNode port : slice.path("ports")) {
            if (port.path("name").asText("").equals(portName)) {
                return slice.path("endpoints")
                        .valueStream()
                        .filter(e -> e.path("conditions").path("ready").asBoolean(true))
                        .flatMap(e -> e.path("addresses").valueStream())
                        .map(a -> new InetSocketAddress(
                                a.asText(), port.path("port").asInt()))
                        .findFirst();
            }
        }
        return Optional.empty();
    }
}

package io.lembos.apiserver.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.meta.ObjectKey;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ListRequest;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.registry.Selection;
import io.lembos.apiserver.store.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Where a service's pods listen. Goes to an endpoint itself and not to the cluster address, which is of use inside the pods'
 * network only.
 */
record ServiceAddress(String host, int port) {

    /** Why there is none, in the words of an APIService's condition. */
    record Missing(String reason, String message) {}

    /** Looks services up. Stateless but for the choice among endpoints. */
    static final class Resolver {
        private final Registry registry;
        private final RandomGenerator random;

        Resolver(Registry registry, RandomGenerator random) {
            this.registry = registry;
            this.random = random;
        }

        /** One of the service's ready endpoints. */
        Optional<ServiceAddress> resolve(RemoteVersion remote) {
            Optional<JsonNode> service = service(remote);
            if (service.isEmpty()) {
                return Optional.empty();
            }
            JsonNode spec = service.get().path("spec");
            if (spec.path("type").asText().equals("ExternalName")) {
                return Optional.of(new ServiceAddress(spec.path("externalName").asText(), remote.port()));
            }
            List<ServiceAddress> all = endpoints(remote, portName(spec, remote.port()));
            return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
        }

        Missing whyMissing(RemoteVersion remote) {
            String service =
                    remote.service().namespace() + "/" + remote.service().name();
            if (service(remote).isEmpty()) {
                return new Missing(
                        "ServiceNotFound",
                        "service/" + remote.service().name() + " in \""
                                + remote.service().namespace() + "\" is not present");
            }
            return new Missing(
                    "MissingEndpoints",
                    "endpoints for service/" + remote.service().name() + " in \""
                            + remote.service().namespace() + "\" have no addresses with port name for " + service);
        }

        private Optional<JsonNode> service(RemoteVersion remote) {
            return registry.reader()
                    .find(kind("", "services"), remote.service())
                    .map(e -> CanonicalJson.read(e.bytes()));
        }

        private static Optional<String> portName(JsonNode spec, int port) {
            for (JsonNode one : spec.path("ports")) {
                if (one.path("port").asInt() == port) {
                    return Optional.of(one.path("name").asText(""));
                }
            }
            return Optional.empty();
        }

        private List<ServiceAddress> endpoints(RemoteVersion remote, Optional<String> portName) {
            List<ServiceAddress> found = new ArrayList<>();
            if (portName.isEmpty()) {
                return found;
            }
            ObjectKey service = remote.service();
            Selection slices = Selection.of(
                    kind("discovery.k8s.io", "endpointslices"),
                    service.namespace(),
                    "kubernetes.io/service-name=" + service.name(),
                    "");
            for (Entry entry :
                    registry.reader().list(slices, ListRequest.EVERYTHING).entries()) {
                add(CanonicalJson.read(entry.bytes()), portName.get(), found);
            }
            return found;
        }

        private static void add(JsonNode slice, String portName, List<ServiceAddress> found) {
            for (JsonNode port : slice.path("ports")) {
                if (!port.path("name").asText("").equals(portName)) {
                    continue;
                }
                for (JsonNode endpoint : slice.path("endpoints")) {
                    if (endpoint.at("/conditions/ready").asBoolean(true)) {
                        endpoint.path("addresses")
                                .forEach(a -> found.add(new ServiceAddress(
                                        a.asText(), port.path("port").asInt())));
                    }
                }
            }
        }

        private Kind kind(String group, String plural) {
            return registry.kinds().byPlural(group, "v1", plural).orElseThrow();
        }
    }
}

package io.lembos.apiserver.addresses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.StorageKeys;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Store;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Node ports, and the port of a load balancer's health check: one key each, with the service that has it. Stateless; words
 * and choice as in Kubernetes' registry/core/service/portallocator.
 */
final class NodePorts {
    static final String PREFIX = StorageKeys.ROOT + "ranges/servicenodeports/";

    private static final int RESERVED_STEP = 32;
    private static final int RESERVED_MAX = 128;

    private final Store store;
    private final ServiceRanges ranges;
    private final RandomGenerator random;

    NodePorts(Store store, ServiceRanges ranges, RandomGenerator random) {
        this.store = store;
        this.ranges = ranges;
        this.random = random;
    }

    Reservations reservations() {
        return new Reservations(store, PREFIX);
    }

    /** Why the port cannot be had; takes it if it can. */
    Optional<String> take(ObjectNode service, int port, Reservations reservations) {
        if (port < ranges.firstPort() || port > ranges.lastPort()) {
            return Optional.of("provided port is not in the valid range. The range of valid ports is "
                    + ranges.firstPort() + "-" + ranges.lastPort());
        }
        if (reservations.isTaken(String.valueOf(port))) {
            return Optional.of("provided port is already allocated");
        }
        reservations.take(String.valueOf(port), value(service));
        return Optional.empty();
    }

    int takeAny(ObjectNode service, Reservations reservations) {
        long size = ranges.lastPort() - ranges.firstPort() + 1L;
        OptionalLong offset = RandomPick.pick(
                size,
                RandomPick.reserved(size, RESERVED_STEP, RESERVED_MAX),
                n -> !reservations.isTaken(String.valueOf(ranges.firstPort() + n)),
                random);
        if (offset.isEmpty()) {
            throw ApiError.internal("failed to allocate a nodePort: range is full");
        }
        int port = (int) (ranges.firstPort() + offset.getAsLong());
        reservations.take(String.valueOf(port), value(service));
        return port;
    }

    void release(ObjectNode service, int port, Reservations reservations) {
        reservations.release(String.valueOf(port), entry -> belongs(entry, service));
    }

    void note(ObjectNode service, int port, Reservations reservations) {
        if (!reservations.isTaken(String.valueOf(port))) {
            reservations.take(String.valueOf(port), value(service));
        }
    }

    /** Every port of every node that the service has. */
    static Set<Integer> of(JsonNode service) {
        Set<Integer> ports = new LinkedHashSet<>();
        service.path("spec")
                .path("ports")
                .forEach(p -> ports.add(p.path("nodePort").asInt(0)));
        ports.add(service.path("spec").path("healthCheckNodePort").asInt(0));
        ports.remove(0);
        return ports;
    }

    /** The node port that stands somewhere in the service beside this port, for another protocol. */
    static Map<Integer, Integer> requested(JsonNode ports) {
        Map<Integer, Integer> requested = new HashMap<>();
        ports.forEach(p -> {
            int nodePort = p.path("nodePort").asInt(0);
            if (nodePort != 0) {
                requested.putIfAbsent(p.path("port").asInt(0), nodePort);
            }
        });
        return requested;
    }

    private static boolean belongs(Entry entry, ObjectNode service) {
        return CanonicalJson.read(entry.bytes()).equals(owner(service));
    }

    private static byte[] value(ObjectNode service) {
        return owner(service).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode owner(ObjectNode service) {
        JsonNode metadata = service.path("metadata");
        return CanonicalJson.MAPPER
                .createObjectNode()
                .put("namespace", metadata.path("namespace").asText())
                .put("name", metadata.path("name").asText());
    }
}

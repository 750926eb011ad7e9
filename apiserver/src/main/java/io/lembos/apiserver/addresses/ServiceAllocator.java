package io.lembos.apiserver.addresses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.kinds.ServiceAddresses;
import io.lembos.apiserver.registry.Names;
import io.lembos.apiserver.store.Commit;
import io.lembos.apiserver.store.Op;
import io.lembos.apiserver.store.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Gives services their cluster IP, node ports and health check port, and takes them back. Stateless: it says what the
 * commit of the service has to write, under the condition that nobody has it; if somebody was faster, the commit does not
 * happen and it is asked again.
 */
public final class ServiceAllocator implements ServiceAddresses {
    /** A commit has room for this many, beside the service and its address. */
    private static final int PORTS_MAX = Commit.MAX_OPS / 2;

    private final String family;
    private final ClusterIps ips;
    private final NodePorts ports;

    public ServiceAllocator(Store store, ServiceRanges ranges, Names names, Clock clock, RandomGenerator random) {
        this.family = ranges.block().family();
        this.ips = new ClusterIps(store, ranges.block(), names, clock, random);
        this.ports = new NodePorts(store, ranges, random);
    }

    @Override
    public List<Op> allocate(ObjectNode service) {
        return reallocate(service, service.objectNode());
    }

    @Override
    public List<Op> reallocate(ObjectNode updated, ObjectNode old) {
        List<Op> ops = new ArrayList<>(clusterIps(updated, old));
        ops.addAll(nodePorts(updated, old));
        return ops;
    }

    @Override
    public List<Op> release(ObjectNode service) {
        Reservations addresses = ips.reservations();
        addressesOf(service).forEach(ip -> ips.release(service, ip, addresses));
        Reservations taken = ports.reservations();
        NodePorts.of(service).forEach(port -> ports.release(service, port, taken));
        return joined(addresses, taken);
    }

    @Override
    public List<Op> note(ObjectNode service) {
        Reservations addresses = ips.reservations();
        addressesOf(service).forEach(ip -> ips.note(service, ip, addresses));
        Reservations taken = ports.reservations();
        NodePorts.of(service).forEach(port -> ports.note(service, port, taken));
        return joined(addresses, taken);
    }

    private static List<Op> joined(Reservations addresses, Reservations ports) {
        List<Op> ops = new ArrayList<>(addresses.ops());
        ops.addAll(ports.ops());
        return ops;
    }

    private List<Op> clusterIps(ObjectNode updated, ObjectNode old) {
        Reservations reservations = ips.reservations();
        List<String> before = addressesOf(old);
        if (!typeOf(updated).equals("ExternalName")) {
            ObjectNode spec = updated.withObjectProperty("spec");
            List<Cause> causes = IpFamilies.complete(spec, family);
            if (!causes.isEmpty()) {
                throw invalid(updated, causes);
            }
            if (!spec.path("clusterIP").asText("").equals("None")) {
                complete(updated, spec, before, reservations);
            }
        }
        List<String> now = addressesOf(updated);
        before.stream().filter(ip -> !now.contains(ip)).forEach(ip -> ips.release(updated, ip, reservations));
        return reservations.ops();
    }

    private void complete(ObjectNode service, ObjectNode spec, List<String> before, Reservations reservations) {
        String named = spec.path("clusterIP").asText("");
        if (named.isEmpty()) {
            named = ips.takeAny(service, reservations);
        } else if (!before.contains(named)) {
            ips.take(service, named, reservations);
        }
        spec.put("clusterIP", named);
        if (spec.path("clusterIPs").isEmpty()) {
            spec.putArray("clusterIPs").add(named);
        }
    }

    private List<Op> nodePorts(ObjectNode updated, ObjectNode old) {
        Reservations reservations = ports.reservations();
        Set<Integer> before = NodePorts.of(old);
        JsonNode spec = updated.path("spec");
        if (List.of("NodePort", "LoadBalancer").contains(typeOf(updated))) {
            if (spec.path("ports").size() > PORTS_MAX) {
                int count = spec.path("ports").size();
                throw invalid(
                        updated,
                        List.of(new Cause(
                                "FieldValueTooMany",
                                "spec.ports",
                                "Too many: " + count + ": must have at most " + PORTS_MAX + " items")));
            }
            boolean choose = spec.path("allocateLoadBalancerNodePorts").asBoolean(true);
            if (spec.path("ports") instanceof ArrayNode list) {
                assign(updated, list, choose, before, reservations);
            }
        }
        if (needsHealthCheck(spec)) {
            healthCheck(updated, before, reservations);
        }
        Set<Integer> now = NodePorts.of(updated);
        before.stream().filter(p -> !now.contains(p)).forEach(p -> ports.release(updated, p, reservations));
        return reservations.ops();
    }

    /** Two ports of the same number, for two protocols, share one node port. */
    private void assign(
            ObjectNode service, ArrayNode list, boolean choose, Set<Integer> before, Reservations reservations) {
        Map<Integer, Integer> shared = new HashMap<>(NodePorts.requested(list));
        for (int i = 0; i < list.size(); i++) {
            ObjectNode port = (ObjectNode) list.get(i);
            int named = port.path("nodePort").asInt(0);
            int number = port.path("port").asInt(0);
            if (named != 0) {
                if (!before.contains(named) && !reservedHere(reservations, named)) {
                    requireFree(service, i, named, reservations);
                }
            } else if (choose) {
                int chosen = shared.containsKey(number) ? shared.get(number) : ports.takeAny(service, reservations);
                shared.put(number, chosen);
                port.put("nodePort", chosen);
            }
        }
    }

    private static boolean reservedHere(Reservations reservations, int port) {
        return reservations.ops().stream().anyMatch(op -> op.key().equals(NodePorts.PREFIX + port));
    }

    private void requireFree(ObjectNode service, int index, int port, Reservations reservations) {
        Optional<String> why = ports.take(service, port, reservations);
        if (why.isPresent()) {
            throw invalid(service, List.of(Cause.invalid("spec.ports[" + index + "].nodePort", port, why.get())));
        }
    }

    private void healthCheck(ObjectNode service, Set<Integer> before, Reservations reservations) {
        ObjectNode spec = service.withObjectProperty("spec");
        int named = spec.path("healthCheckNodePort").asInt(0);
        if (named == 0) {
            spec.put("healthCheckNodePort", ports.takeAny(service, reservations));
        } else if (!before.contains(named)) {
            ports.take(service, named, reservations).ifPresent(why -> {
                throw ApiError.internal("failed to allocate requested HealthCheck NodePort " + named + ": " + why);
            });
        }
    }

    private static boolean needsHealthCheck(JsonNode spec) {
        return spec.path("type").asText("").equals("LoadBalancer")
                && spec.path("externalTrafficPolicy").asText("").equals("Local");
    }

    private static String typeOf(JsonNode service) {
        return service.path("spec").path("type").asText("");
    }

    private static List<String> addressesOf(JsonNode service) {
        JsonNode spec = service.path("spec");
        List<String> addresses = new ArrayList<>();
        spec.path("clusterIPs").forEach(ip -> addresses.add(ip.asText()));
        String first = spec.path("clusterIP").asText("");
        if (addresses.isEmpty() && !first.isEmpty()) {
            addresses.add(first);
        }
        addresses.removeIf(ip -> ip.isEmpty() || ip.equals("None"));
        return addresses;
    }

    private static ApiError invalid(ObjectNode service, List<Cause> causes) {
        return ApiError.invalid(
                "", "Service", service.path("metadata").path("name").asText(), causes);
    }
}

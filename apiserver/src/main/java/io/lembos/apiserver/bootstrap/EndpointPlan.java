package io.lembos.apiserver.bootstrap;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the service {@code kubernetes} leads to, given where API servers are: the Endpoints and the EndpointSlices as
 * kube-apiserver writes them, one subset and one slice for servers on the same port. Where ports differ each has its own, and
 * the lowest the slice with the name of the service. Pure.
 */
final class EndpointPlan {
    static final String SERVICE = "kubernetes";
    static final String SERVICE_LABEL = "kubernetes.io/service-name";

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Where an API server is. */
    record Place(String ip, int port) {}

    /** Servers that one slice can hold. */
    private record Group(int port, String addressType) implements Comparable<Group> {
        @Override
        public int compareTo(Group other) {
            int ports = Integer.compare(port, other.port);
            return ports != 0 ? ports : addressType.compareTo(other.addressType);
        }
    }

    private final SortedMap<Group, SortedSet<String>> groups = new TreeMap<>();

    EndpointPlan(Collection<Place> places) {
        for (Place place : places) {
            Group group = new Group(place.port(), place.ip().contains(":") ? "IPv6" : "IPv4");
            groups.computeIfAbsent(group, g -> new TreeSet<>()).add(place.ip());
        }
    }

    /** The Endpoints; without subsets if there are no servers. */
    ObjectNode endpoints() {
        ObjectNode endpoints = named(SERVICE, "endpointslice.kubernetes.io/skip-mirror", "true");
        groups.forEach((group, ips) -> {
            ObjectNode subset = endpoints.withArrayProperty("subsets").addObject();
            ArrayNode addresses = subset.putArray("addresses");
            ips.forEach(ip -> addresses.addObject().put("ip", ip));
            port(subset, group);
        });
        return endpoints;
    }

    /** The slices by their names; none if there are no servers. */
    Map<String, ObjectNode> slices() {
        Map<String, ObjectNode> slices = new LinkedHashMap<>();
        groups.forEach((group, ips) -> {
            String suffix = "-" + group.addressType().toLowerCase(Locale.ROOT) + "-" + group.port();
            String name = slices.isEmpty() ? SERVICE : SERVICE + suffix;
            ObjectNode slice = named(name, SERVICE_LABEL, SERVICE).put("addressType", group.addressType());
            ArrayNode endpoints = slice.putArray("endpoints");
            for (String ip : ips) {
                ObjectNode endpoint = endpoints.addObject();
                endpoint.putArray("addresses").add(ip);
                endpoint.putObject("conditions").put("ready", true);
            }
            port(slice, group);
            slices.put(name, slice);
        });
        return slices;
    }

    private static void port(ObjectNode owner, Group group) {
        owner.putArray("ports")
                .addObject()
                .put("name", "https")
                .put("port", group.port())
                .put("protocol", "TCP");
    }

    private static ObjectNode named(String name, String label, String value) {
        ObjectNode object = NODES.objectNode();
        object.putObject("metadata").put("name", name).putObject("labels").put(label, value);
        return object;
    }
}

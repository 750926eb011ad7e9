package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What becomes of a service's allocated fields when it is written: they may be left out, and go when its type has no use
 * for them. Pure but for the first argument, which is changed. Rules: registry/core/service/strategy.go.
 */
final class ServiceFields {
    private ServiceFields() {}

    /** One cluster IP may be given alone; the list follows it. */
    static void normalize(ObjectNode spec, ObjectNode old) {
        String ip = spec.path("clusterIP").asText("");
        String before = old.path("clusterIP").asText("");
        boolean sameList = spec.path("clusterIPs").equals(old.path("clusterIPs"));
        if (old.isEmpty()) {
            if (!ip.isEmpty() && spec.path("clusterIPs").isEmpty()) {
                spec.putArray("clusterIPs").add(ip);
            }
        } else if (!ip.equals(before) && sameList) {
            spec.remove("clusterIPs");
            if (!ip.isEmpty()) {
                spec.putArray("clusterIPs").add(ip);
            }
        }
    }

    static void keepAllocated(ObjectNode spec, ObjectNode old) {
        if (needsClusterIp(spec) && needsClusterIp(old)) {
            if (spec.path("clusterIP").asText("").isEmpty()) {
                StandardStrategy.take("clusterIP", old, spec);
            }
            for (String list : List.of("clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
                JsonNode present = spec.path(list);
                boolean absent = present.isTextual() ? present.asText().isEmpty() : present.isEmpty();
                if (absent && old.has(list)) {
                    StandardStrategy.take(list, old, spec);
                }
            }
        }
        if (needsNodePort(spec) && needsNodePort(old)) {
            keepNodePorts(spec, old);
        }
        if (needsHealthCheck(spec)
                && needsHealthCheck(old)
                && spec.path("healthCheckNodePort").asInt(0) == 0) {
            StandardStrategy.take("healthCheckNodePort", old, spec);
        }
    }

    /** By name: everything else about a port may have changed. */
    private static void keepNodePorts(ObjectNode spec, ObjectNode old) {
        Set<Integer> used = nodePorts(old);
        used.retainAll(nodePorts(spec));
        Map<String, Integer> byName = new HashMap<>();
        old.path("ports")
                .forEach(p ->
                        byName.put(p.path("name").asText(""), p.path("nodePort").asInt(0)));
        for (JsonNode port : spec.path("ports")) {
            int before = byName.getOrDefault(port.path("name").asText(""), 0);
            if (port.path("nodePort").asInt(0) == 0 && before != 0 && !used.contains(before)) {
                ((ObjectNode) port).put("nodePort", before);
            }
        }
    }

    /** What was not changed by hand and belongs to the type that the service had. */
    static void dropUnneeded(ObjectNode spec, ObjectNode old) {
        if (needsClusterIp(old) && !needsClusterIp(spec)) {
            boolean same = spec.path("clusterIPs").equals(old.path("clusterIPs"))
                    && spec.path("clusterIP").equals(old.path("clusterIP"));
            if (same) {
                spec.remove(List.of("clusterIP", "clusterIPs"));
            }
            dropSame(spec, old, "ipFamilies");
            dropSame(spec, old, "ipFamilyPolicy");
        }
        if (needsNodePort(old) && !needsNodePort(spec) && nodePorts(spec).equals(nodePorts(old))) {
            spec.path("ports").forEach(p -> ((ObjectNode) p).remove("nodePort"));
        }
        if (needsHealthCheck(old) && !needsHealthCheck(spec)) {
            dropSame(spec, old, "healthCheckNodePort");
        }
        if (type(old).equals("LoadBalancer") && !type(spec).equals("LoadBalancer")) {
            dropSame(spec, old, "allocateLoadBalancerNodePorts");
            dropSame(spec, old, "loadBalancerClass");
        }
        if (isOutside(old) && !isOutside(spec)) {
            dropSame(spec, old, "externalTrafficPolicy");
        }
        if (needsClusterIp(old) && !needsClusterIp(spec)) {
            dropSame(spec, old, "internalTrafficPolicy");
        }
    }

    private static void dropSame(ObjectNode spec, ObjectNode old, String field) {
        if (spec.path(field).equals(old.path(field))) {
            spec.remove(field);
        }
    }

    private static Set<Integer> nodePorts(JsonNode spec) {
        Set<Integer> ports = new HashSet<>();
        spec.path("ports").forEach(p -> ports.add(p.path("nodePort").asInt(0)));
        ports.remove(0);
        return ports;
    }

    private static String type(JsonNode spec) {
        return spec.path("type").asText("");
    }

    private static boolean needsClusterIp(JsonNode spec) {
        return List.of("ClusterIP", "NodePort", "LoadBalancer").contains(type(spec));
    }

    private static boolean needsNodePort(JsonNode spec) {
        boolean balancer = type(spec).equals("LoadBalancer")
                && spec.path("allocateLoadBalancerNodePorts").asBoolean(true);
        return type(spec).equals("NodePort") || balancer;
    }

    private static boolean needsHealthCheck(JsonNode spec) {
        return type(spec).equals("LoadBalancer")
                && spec.path("externalTrafficPolicy").asText("").equals("Local");
    }

    private static boolean isOutside(JsonNode spec) {
        return List.of("NodePort", "LoadBalancer").contains(type(spec))
                || !spec.path("externalIPs").isEmpty();
    }
}

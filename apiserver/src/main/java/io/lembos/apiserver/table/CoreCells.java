package io.lembos.apiserver.table;

import static io.lembos.apiserver.table.Cell.NONE;
import static io.lembos.apiserver.table.Cell.joined;
import static io.lembos.apiserver.table.Cell.labels;
import static io.lembos.apiserver.table.Cell.limited;
import static io.lembos.apiserver.table.Cell.number;
import static io.lembos.apiserver.table.Cell.orNone;
import static io.lembos.apiserver.table.Cell.since;
import static io.lembos.apiserver.table.Cell.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Computed cells of pods, services, nodes, endpoints, events and the small core kinds. */
final class CoreCells {
    private static final String ROLE_LABEL = "node-role.kubernetes.io/";

    private CoreCells() {}

    static void addTo(Map<String, Cell> cells) {
        cells.put("age", (o, now) -> TextNode.valueOf(since(o.path("metadata").path("creationTimestamp"), now)));
        cells.put(
                "dataCount",
                number(o -> o.path("data").size() + o.path("binaryData").size()));
        cells.put("secretsCount", number(o -> o.path("secrets").size()));
        cells.put("componentStatus", text(o -> condition(o, "Healthy").equals("True") ? "Healthy" : "Unhealthy"));
        cells.put(
                "componentMessage",
                text(o -> o.path("conditions").path(0).path("message").asText("")));
        cells.put(
                "componentError",
                text(o -> o.path("conditions").path(0).path("error").asText("")));
        cells.put("quotaRequest", text(o -> quota(o, false)));
        cells.put("quotaLimit", text(o -> quota(o, true)));
        addPods(cells);
        addServices(cells);
        addNodes(cells);
        addEvents(cells);
        cells.put("endpointsAddresses", text(CoreCells::endpoints));
        cells.put("slicePorts", text(CoreCells::slicePorts));
        cells.put("sliceEndpoints", text(CoreCells::sliceEndpoints));
    }

    private static void addPods(Map<String, Cell> cells) {
        cells.put("podReady", text(o -> PodStatusText.of(o).ready()));
        cells.put("podStatus", text(o -> PodStatusText.of(o).status()));
        cells.put(
                "podRestarts", (o, now) -> TextNode.valueOf(PodStatusText.of(o).restarts(now)));
        cells.put("podIp", text(o -> {
            String first = o.path("status").path("podIPs").path(0).path("ip").asText("");
            return first.isEmpty() ? orNone(o.path("status").path("podIP")) : first;
        }));
        cells.put("podNode", text(o -> orNone(o.path("spec").path("nodeName"))));
        cells.put("podNominatedNode", text(o -> orNone(o.path("status").path("nominatedNodeName"))));
        cells.put("podReadinessGates", text(CoreCells::readinessGates));
    }

    private static String readinessGates(JsonNode pod) {
        JsonNode gates = pod.path("spec").path("readinessGates");
        if (gates.isEmpty()) {
            return NONE;
        }
        long open = gates.valueStream()
                .filter(g ->
                        statusCondition(pod, g.path("conditionType").asText()).equals("True"))
                .count();
        return open + "/" + gates.size();
    }

    private static String condition(JsonNode object, String type) {
        return conditionIn(object.path("conditions"), type);
    }

    static String statusCondition(JsonNode object, String type) {
        return conditionIn(object.path("status").path("conditions"), type);
    }

    private static String conditionIn(JsonNode conditions, String type) {
        return conditions
                .valueStream()
                .filter(c -> c.path("type").asText().equals(type))
                .map(c -> c.path("status").asText())
                .findFirst()
                .orElse("");
    }

    private static void addServices(Map<String, Cell> cells) {
        cells.put("serviceClusterIp", text(o -> orNone(o.path("spec").path("clusterIP"))));
        cells.put("serviceExternalIp", text(CoreCells::externalIp));
        cells.put("servicePorts", text(o -> joined(servicePorts(o.path("spec").path("ports")), ",", NONE)));
        cells.put("serviceSelector", text(o -> labels(o.path("spec").path("selector"))));
    }

    private static String externalIp(JsonNode service) {
        JsonNode spec = service.path("spec");
        List<String> addresses = new ArrayList<>();
        String type = spec.path("type").asText("");
        if (type.equals("ExternalName")) {
            return spec.path("externalName").asText("");
        }
        if (type.equals("LoadBalancer")) {
            service.path("status").path("loadBalancer").path("ingress").forEach(ingress -> {
                String ip = ingress.path("ip").asText("");
                addresses.add(ip.isEmpty() ? ingress.path("hostname").asText("") : ip);
            });
        }
        spec.path("externalIPs").forEach(ip -> addresses.add(ip.asText()));
        return joined(addresses, ",", type.equals("LoadBalancer") ? "<pending>" : NONE);
    }

    private static List<String> servicePorts(JsonNode ports) {
        List<String> result = new ArrayList<>();
        for (JsonNode port : ports) {
            int nodePort = port.path("nodePort").asInt(0);
            result.add(port.path("port").asText() + (nodePort > 0 ? ":" + nodePort : "") + "/"
                    + port.path("protocol").asText());
        }
        return result;
    }

    private static void addNodes(Map<String, Cell> cells) {
        cells.put("nodeStatus", text(CoreCells::nodeStatus));
        cells.put("nodeRoles", text(CoreCells::nodeRoles));
        cells.put("nodeInternalIp", text(o -> address(o, "InternalIP")));
        cells.put("nodeExternalIp", text(o -> address(o, "ExternalIP")));
        cells.put("nodeOsImage", text(o -> info(o, "osImage")));
        cells.put("nodeKernel", text(o -> info(o, "kernelVersion")));
        cells.put("nodeRuntime", text(o -> info(o, "containerRuntimeVersion")));
    }

    private static String nodeStatus(JsonNode node) {
        String ready = statusCondition(node, "Ready");
        String text = ready.isEmpty() ? "Unknown" : ready.equals("True") ? "Ready" : "NotReady";
        return node.path("spec").path("unschedulable").asBoolean(false) ? text + ",SchedulingDisabled" : text;
    }

    private static String nodeRoles(JsonNode node) {
        TreeSet<String> roles = new TreeSet<>();
        node.path("metadata").path("labels").properties().forEach(label -> {
            if (label.getKey().startsWith(ROLE_LABEL) && label.getKey().length() > ROLE_LABEL.length()) {
                roles.add(label.getKey().substring(ROLE_LABEL.length()));
            } else if (label.getKey().equals("kubernetes.io/role")
                    && !label.getValue().asText().isEmpty()) {
                roles.add(label.getValue().asText());
            }
        });
        return joined(List.copyOf(roles), ",", NONE);
    }

    private static String address(JsonNode node, String type) {
        return node.path("status")
                .path("addresses")
                .valueStream()
                .filter(a -> a.path("type").asText().equals(type))
                .map(a -> a.path("address").asText())
                .findFirst()
                .orElse(NONE);
    }

    private static String info(JsonNode node, String field) {
        String text = node.path("status").path("nodeInfo").path(field).asText("");
        return text.isEmpty() ? Cell.UNKNOWN : text;
    }

    private static void addEvents(Map<String, Cell> cells) {
        cells.put("eventLastSeen", (o, now) -> {
            JsonNode observed = o.path("series").path("lastObservedTime");
            JsonNode last = first(o, "lastTimestamp", "deprecatedLastTimestamp");
            JsonNode moment = !observed.isMissingNode() ? observed : !last.isMissingNode() ? last : firstSeen(o);
            return TextNode.valueOf(since(moment, now));
        });
        cells.put("eventFirstSeen", (o, now) -> TextNode.valueOf(since(firstSeen(o), now)));
        cells.put("eventObject", text(o -> {
            JsonNode about = first(o, "involvedObject", "regarding");
            return about.path("kind").asText("").toLowerCase(java.util.Locale.ROOT) + "/"
                    + about.path("name").asText("");
        }));
        cells.put("eventSource", text(CoreCells::eventSource));
        cells.put(
                "eventMessage", text(o -> first(o, "message", "note").asText("").strip()));
        cells.put("eventCount", number(o -> {
            int series = o.path("series").path("count").asInt(0);
            return series > 0 ? series : Math.max(1, o.path("count").asInt(1));
        }));
    }

    private static JsonNode firstSeen(JsonNode event) {
        JsonNode first = first(event, "firstTimestamp", "deprecatedFirstTimestamp");
        return first.isMissingNode() ? event.path("eventTime") : first;
    }

    private static JsonNode first(JsonNode object, String field, String otherwise) {
        return object.has(field) ? object.get(field) : object.path(otherwise);
    }

    private static String eventSource(JsonNode event) {
        String component = event.path("source").path("component").asText("");
        String host = event.path("source").path("host").asText("");
        if (component.isEmpty()) {
            component = event.path("reportingComponent").asText("");
            host = event.path("reportingInstance").asText("");
        }
        return host.isEmpty() ? component : component + ", " + host;
    }

    private static String endpoints(JsonNode endpoints) {
        List<String> all = new ArrayList<>();
        for (JsonNode subset : endpoints.path("subsets")) {
            JsonNode ports = subset.path("ports");
            subset.path("addresses").forEach(a -> {
                if (ports.isEmpty()) {
                    all.add(a.path("ip").asText());
                }
            });
            for (JsonNode port : ports) {
                subset.path("addresses")
                        .forEach(a -> all.add(
                                a.path("ip").asText() + ":" + port.path("port").asText()));
            }
        }
        return limited(all, 3, NONE);
    }

    private static String slicePorts(JsonNode slice) {
        List<String> ports = new ArrayList<>();
        slice.path("ports").forEach(p -> ports.add(p.has("port") ? p.get("port").asText() : "*"));
        return limited(ports, 3, Cell.UNSET);
    }

    private static String sliceEndpoints(JsonNode slice) {
        List<String> addresses = new ArrayList<>();
        slice.path("endpoints").forEach(e -> e.path("addresses").forEach(a -> addresses.add(a.asText())));
        return limited(addresses, 3, Cell.UNSET);
    }

    private static String quota(JsonNode quota, boolean limits) {
        List<String> parts = new ArrayList<>();
        JsonNode hard = quota.path("status").path("hard");
        hard.properties().forEach(e -> {
            if (e.getKey().startsWith("limits.") == limits) {
                String used = quota.path("status").path("used").path(e.getKey()).asText("0");
                parts.add(e.getKey() + ": " + used + "/" + e.getValue().asText());
            }
        });
        parts.sort(null);
        return String.join(", ", parts);
    }
}

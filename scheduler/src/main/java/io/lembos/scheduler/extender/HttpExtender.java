package io.lembos.scheduler.extender;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cycle.Extender;
import io.lembos.scheduler.framework.Assignment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Asks an extender by POSTs with JSON bodies. Fields have the names of Go's types and are read whatever their case, as Go
 * does. Safe for all threads.
 */
public final class HttpExtender implements Extender, AutoCloseable {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final ExtenderConfiguration configuration;
    private final HttpClient http;

    public HttpExtender(ExtenderConfiguration configuration) {
        this.configuration = configuration;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(configuration.httpTimeout());
        configuration.tls().ifPresent(tls -> builder.sslContext(ExtenderTls.context(tls)));
        http = builder.build();
    }

    private record FilterResult(
            NodeItems nodes,
            List<String> nodeNames,
            Map<String, String> failedNodes,
            Map<String, String> failedAndUnresolvableNodes,
            String error) {}

    private record NodeItems(List<NodeItem> items) {}

    private record NodeItem(Metadata metadata) {}

    private record Metadata(String name) {}

    private record HostPriority(String host, long score) {}

    private record BindingResult(String error) {}

    private record PreemptionResult(Map<String, MetaVictims> nodeNameToMetaVictims) {}

    private record MetaVictims(List<MetaPod> pods, long numPDBViolations) {}

    private record MetaPod(String uid) {}

    @Override
    public String name() {
        return configuration.urlPrefix().toString();
    }

    @Override
    public boolean isIgnorable() {
        return configuration.ignorable();
    }

    @Override
    public boolean filters() {
        return !configuration.filterVerb().isEmpty();
    }

    @Override
    public boolean prioritizes() {
        return !configuration.prioritizeVerb().isEmpty();
    }

    @Override
    public boolean preempts() {
        return !configuration.preemptVerb().isEmpty();
    }

    @Override
    public boolean binds() {
        return !configuration.bindVerb().isEmpty();
    }

    @Override
    public int weight() {
        return configuration.weight();
    }

    @Override
    public boolean isInterested(PodInfo pod) {
        Set<String> managed = configuration.managedResources();
        return managed.isEmpty()
                || Stream.concat(
                                pod.pod().getSpec().getContainers().stream(),
                                pod.pod().getSpec().getInitContainers().stream())
                        .anyMatch(container -> asksForAny(container, managed));
    }

    private static boolean asksForAny(Container container, Set<String> resources) {
        ResourceRequirements asked = container.getResources();
        return asked != null && (hasAny(asked.getRequests(), resources) || hasAny(asked.getLimits(), resources));
    }

    private static boolean hasAny(Map<String, ?> quantities, Set<String> resources) {
        return quantities != null && !Collections.disjoint(quantities.keySet(), resources);
    }

    @Override
    public Filtered filter(PodInfo pod, List<NodeInfo> nodes) {
        FilterResult result = post(configuration.filterVerb(), args(pod, nodes), FilterResult.class);
        failOn(result.error());
        Set<String> passed;
        if (configuration.nodeCacheCapable() && result.nodeNames() != null) {
            passed = Set.copyOf(result.nodeNames());
        } else if (result.nodes() != null && result.nodes().items() != null) {
            passed = result.nodes().items().stream()
                    .map(node -> node.metadata().name())
                    .collect(Collectors.toSet());
        } else {
            passed = Set.of();
        }
        Set<String> asked = nodes.stream().map(NodeInfo::name).collect(Collectors.toSet());
        for (String node : passed) {
            if (!asked.contains(node)) {
                throw new IllegalStateException("extender \"" + name() + "\" claims a filtered node \"" + node
                        + "\" which is not found in the input node list");
            }
        }
        return new Filtered(passed, orEmpty(result.failedNodes()), orEmpty(result.failedAndUnresolvableNodes()));
    }

    @Override
    public Map<String, Long> prioritize(PodInfo pod, List<NodeInfo> nodes) {
        Map<String, Long> scores = new HashMap<>();
        for (HostPriority each : post(configuration.prioritizeVerb(), args(pod, nodes), HostPriority[].class)) {
            scores.put(each.host(), each.score());
        }
        return scores;
    }

    private ObjectNode args(PodInfo pod, List<NodeInfo> nodes) {
        ObjectNode args = JSON.createObjectNode();
        args.set("Pod", JSON.valueToTree(pod.pod()));
        if (configuration.nodeCacheCapable()) {
            args.putNull("Nodes");
            ArrayNode names = args.putArray("NodeNames");
            nodes.forEach(node -> names.add(node.name()));
        } else {
            ObjectNode list = args.putObject("Nodes");
            list.putObject("metadata");
            ArrayNode items = list.putArray("items");
            nodes.forEach(node -> items.add(JSON.<ObjectNode>valueToTree(node.node())));
            args.putNull("NodeNames");
        }
        return args;
    }

    @Override
    public Map<String, VictimUids> preempt(PodInfo pod, Map<String, Victims> victims) {
        ObjectNode args = JSON.createObjectNode();
        args.set("Pod", JSON.valueToTree(pod.pod()));
        boolean known = configuration.nodeCacheCapable();
        args.putNull(known ? "NodeNameToVictims" : "NodeNameToMetaVictims");
        ObjectNode byNode = args.putObject(known ? "NodeNameToMetaVictims" : "NodeNameToVictims");
        victims.forEach((node, those) -> {
            ObjectNode each = byNode.putObject(node);
            ArrayNode pods = each.putArray("Pods");
            those.pods().forEach(victim -> {
                if (known) {
                    pods.addObject().put("UID", victim.uid());
                } else {
                    pods.add(JSON.<ObjectNode>valueToTree(victim.pod()));
                }
            });
            each.put("NumPDBViolations", those.violations());
        });
        PreemptionResult result = post(configuration.preemptVerb(), args, PreemptionResult.class);
        Map<String, VictimUids> agreed = new HashMap<>();
        orEmpty(result.nodeNameToMetaVictims()).forEach((node, meta) -> agreed.put(node, victims(meta)));
        return agreed;
    }

    private static VictimUids victims(MetaVictims meta) {
        List<String> uids = meta.pods() == null
                ? List.of()
                : meta.pods().stream().map(MetaPod::uid).toList();
        return new VictimUids(uids, meta.numPDBViolations());
    }

    @Override
    public void bind(Assignment assignment) {
        PodInfo pod = assignment.pod();
        ObjectNode args = JSON.createObjectNode()
                .put("PodName", pod.key().name())
                .put("PodNamespace", pod.key().namespace())
                .put("PodUID", pod.uid())
                .put("Node", assignment.node());
        failOn(post(configuration.bindVerb(), args, BindingResult.class).error());
    }

    private void failOn(String error) {
        if (error != null && !error.isEmpty()) {
            throw new IllegalStateException("extender \"" + name() + "\": " + error);
        }
    }

    private static <T> Map<String, T> orEmpty(Map<String, T> map) {
        return map == null ? Map.of() : map;
    }

    private <T> T post(String verb, ObjectNode args, Class<T> type) {
        URI url = URI.create(name().replaceAll("/+$", "") + "/" + verb);
        try {
            HttpRequest request = HttpRequest.newBuilder(url)
                    .timeout(configuration.httpTimeout())
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(args)))
                    .build();
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(
                        "failed " + verb + " with extender at URL " + url + ", code " + response.statusCode());
            }
            return JSON.readValue(response.body(), type);
        } catch (IOException e) {
            throw new UncheckedIOException(verb + " at " + url + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking " + url, e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}

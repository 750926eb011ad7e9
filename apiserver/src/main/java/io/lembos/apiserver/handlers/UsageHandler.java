package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ListPage;
import io.lembos.apiserver.registry.ListRequest;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.registry.Selection;
import io.lembos.apiserver.registry.StorageKeys;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.usage.MetricsObjects;
import io.lembos.apiserver.usage.NodeSummaries;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code GET} of what nodes or pods use: finds the nodes or pods that are meant, asks the agents of the nodes in question, and
 * answers with what they say. Nodes that do not answer are left out, and so are pods that do not run.
 */
public final class UsageHandler implements Handler {
    /** On a static pod's image in the API: the uid under which its node runs it. */
    private static final String MIRROR = "kubernetes.io/config.mirror";

    private final Registry registry;
    private final Representations representations;
    private final NodeSummaries summaries;
    private final Clock clock;

    public UsageHandler(Registry registry, Representations representations, NodeSummaries summaries, Clock clock) {
        this.registry = registry;
        this.representations = representations;
        this.summaries = summaries;
        this.clock = clock;
    }

    @Override
    public void handle(Target target) throws InterruptedException {
        String name = target.info().name();
        List<Entry> used = used(target, name.isEmpty() ? selected(target) : named(target));
        if (name.isEmpty()) {
            representations.answerList(target, new ListPage(0, used, "", 0));
            return;
        }
        if (used.isEmpty()) {
            String resource = target.kind().kind().toLowerCase(Locale.ROOT);
            String qualified = target.kind().namespaced() ? target.namespace() + "/" + name : name;
            throw ApiError.notFound(target.kind().group(), resource, qualified);
        }
        representations.answer(target, 200, used.getFirst());
    }

    /** The pods or nodes that a list is about. */
    private List<ObjectNode> selected(Target target) {
        Selection asked = ListHandler.selection(target);
        Selection measured = new Selection(measured(target.kind()), asked.namespace(), asked.labels(), asked.fields());
        return registry.reader().list(measured, ListRequest.EVERYTHING).entries().stream()
                .map(entry -> CanonicalJson.read(entry.bytes()))
                .toList();
    }

    private List<ObjectNode> named(Target target) {
        return registry.reader().find(measured(target.kind()), target.key()).stream()
                .map(entry -> CanonicalJson.read(entry.bytes()))
                .toList();
    }

    /** The kind that is measured: both have the same plural. */
    private Kind measured(Kind kind) {
        return registry.kinds().byPlural("", "v1", kind.plural()).orElseThrow();
    }

    private List<Entry> used(Target target, List<ObjectNode> measured) {
        List<ObjectNode> objects = target.kind().namespaced() ? pods(measured) : nodes(measured);
        return objects.stream().map(object -> entry(target.kind(), object)).toList();
    }

    /** As if it were stored, so that it can be shown in every form; it has no version. */
    private static Entry entry(Kind kind, ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        ObjectKey key = ObjectKey.of(
                metadata.path("namespace").asText(""), metadata.path("name").asText());
        return new Entry(StorageKeys.key(kind, key), CanonicalJson.write(object), 0, 0);
    }

    private List<ObjectNode> nodes(List<ObjectNode> nodes) {
        Map<String, JsonNode> told = summaries.of(agents(nodes));
        Instant now = clock.now();
        return nodes.stream()
                .flatMap(node -> Optional.ofNullable(told.get(nameOf(node)))
                        .flatMap(summary -> MetricsObjects.node(node, summary.path("node"), now))
                        .stream())
                .toList();
    }

    private List<ObjectNode> pods(List<ObjectNode> pods) {
        List<ObjectNode> running = pods.stream()
                .filter(pod -> pod.at("/status/phase").asText().equals("Running"))
                .toList();
        Kind nodes = registry.kinds().byPlural("", "v1", "nodes").orElseThrow();
        List<ObjectNode> under = running.stream()
                .map(pod -> pod.at("/spec/nodeName").asText())
                .distinct()
                .flatMap(name -> registry.reader().find(nodes, ObjectKey.cluster(name)).stream())
                .map(entry -> CanonicalJson.read(entry.bytes()))
                .toList();
        Map<String, JsonNode> byUid = new HashMap<>();
        summaries
                .of(agents(under))
                .values()
                .forEach(summary -> summary.path("pods")
                        .forEach(pod -> byUid.put(pod.at("/podRef/uid").asText(), pod)));
        Instant now = clock.now();
        return running.stream()
                .flatMap(pod -> Optional.ofNullable(byUid.get(uidOnNode(pod)))
                        .flatMap(measured -> MetricsObjects.pod(pod, measured, now))
                        .stream())
                .toList();
    }

    private static String uidOnNode(JsonNode pod) {
        JsonNode metadata = pod.path("metadata");
        return metadata.path("annotations")
                .path(MIRROR)
                .asText(metadata.path("uid").asText());
    }

    /** Of those nodes that have one. */
    private static Map<String, InetSocketAddress> agents(List<ObjectNode> nodes) {
        Map<String, InetSocketAddress> agents = new HashMap<>();
        nodes.forEach(node -> NodeAgent.find(node)
                .ifPresent(agent ->
                        agents.put(nameOf(node), InetSocketAddress.createUnresolved(agent.host(), agent.port()))));
        return agents;
    }

    private static String nameOf(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }
}

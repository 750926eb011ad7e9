package io.lembos.bootstrap.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.bootstrap.config.ClusterConfig;
import io.lembos.bootstrap.process.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The nodes of a running cluster, over its HTTPS API as its administrator. */
final class ClusterNodes {
    private static final int PAGE = 500;
    private static final int WAIT_SECONDS = 120;
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

    private final AdminClient client;
    private final String server;
    private final String cluster;

    private ClusterNodes(AdminClient client, String server, String cluster) {
        this.client = client;
        this.server = server;
        this.cluster = cluster;
    }

    /** @throws UserError when the cluster is down */
    static ClusterNodes of(ClusterOption option) throws IOException {
        ClusterConfig config = option.config();
        String suffix = config.name().equals("lembos") ? "" : " --name " + config.name();
        if (new ServerProcess(option.files()).find().isEmpty()) {
            throw new UserError("cluster \"" + config.name() + "\" is down; ./lembos up" + suffix + " starts it");
        }
        return new ClusterNodes(new AdminClient(option.files()), config.server(), config.name());
    }

    /** All nodes, in the order in which people count. */
    List<NodeView> list() throws IOException, InterruptedException {
        List<NodeView> nodes = new ArrayList<>();
        String next = "";
        do {
            JsonNode page = client.get(url("?limit=" + PAGE + next));
            page.path("items").forEach(n -> nodes.add(new NodeView(n)));
            next = rest(page);
        } while (!next.isEmpty());
        nodes.sort(Comparator.comparing(NodeView::name, NaturalOrder.INSTANCE));
        return nodes;
    }

    /** Those of these names, all of them simulated, or an error that names the one that is not. */
    List<NodeView> simulated(List<String> names) throws IOException, InterruptedException {
        Map<String, NodeView> byName = new LinkedHashMap<>();
        list().forEach(n -> byName.put(n.name(), n));
        List<NodeView> found = new ArrayList<>();
        for (String name : new HashSet<>(names)) {
            NodeView node = byName.get(name);
            if (node == null) {
                throw new UserError(
                        "cluster \"" + cluster + "\" has no node \"" + name + "\"; ./lembos nodes list shows them");
            }
            if (!node.isSimulated()) {
                throw new UserError("node \"" + name + "\" is real; only simulated nodes can be removed or made to"
                        + " fail (its pods leave with kubectl drain " + name + ")");
            }
            found.add(node);
        }
        found.sort(Comparator.comparing(NodeView::name, NaturalOrder.INSTANCE));
        return found;
    }

    void create(ObjectNode node) throws IOException, InterruptedException {
        client.post(url(""), node);
    }

    void patch(String name, ObjectNode change) throws IOException, InterruptedException {
        client.mergePatch(url("/" + name), change);
    }

    /** Deletes a node, if it is still there. */
    void delete(String name) throws IOException, InterruptedException {
        try {
            client.delete(url("/" + name));
        } catch (AdminClient.Refused e) {
            if (e.code() != 404) {
                throw e;
            }
        }
    }

    /**
     * Follows these nodes until all are ready.
     *
     * @param title what is shown meanwhile
     */
    void awaitReady(Set<String> names, String title) throws IOException, InterruptedException {
        Set<String> waiting = new HashSet<>(names);
        String query = "?watch=true&timeoutSeconds=" + WAIT_SECONDS;
        try (Stream<JsonNode> events = client.watch(url(query))) {
            for (var each = events.iterator(); !waiting.isEmpty() && each.hasNext(); ) {
                NodeView node = new NodeView(each.next().path("object"));
                if (node.isReady() && waiting.remove(node.name())) {
                    Terminal.progress(title, names.size() - waiting.size(), names.size());
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (!waiting.isEmpty()) {
            throw new IOException(waiting.size() + " of " + names.size() + " nodes were not ready after "
                    + WAIT_SECONDS + " s, for example " + waiting.iterator().next()
                    + "; ./lembos logs tells what the server is doing");
        }
    }

    /** How many pods that have not ended each node has. */
    Map<String, Integer> pods() throws IOException, InterruptedException {
        Map<String, Integer> counts = new LinkedHashMap<>();
        String next = "";
        int node = -1;
        int seen = 0;
        do {
            JsonNode page = client.get(
                    server + "/api/v1/pods?includeObject=None&limit=" + PAGE
                            + "&fieldSelector=status.phase!=Succeeded,status.phase!=Failed" + next,
                    TABLE);
            node = node < 0 ? column(page, "Node") : node;
            for (JsonNode row : page.path("rows")) {
                counts.merge(row.path("cells").path(node).asText(), 1, Integer::sum);
                seen++;
            }
            next = rest(page);
            Terminal.progress("counting pods: " + seen);
        } while (!next.isEmpty());
        Terminal.clear();
        return counts;
    }

    private static int column(JsonNode table, String name) {
        JsonNode columns = table.path("columnDefinitions");
        for (int i = 0; i < columns.size(); i++) {
            if (columns.path(i).path("name").asText().equals(name)) {
                return i;
            }
        }
        throw new IllegalStateException("pods have no column " + name);
    }

    private static String rest(JsonNode page) {
        String token = page.path("metadata").path("continue").asText("");
        return token.isEmpty() ? "" : "&continue=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
    }

    private String url(String rest) {
        return server + "/api/v1/nodes" + rest;
    }
}

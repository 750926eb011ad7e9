package io.lembos.apiserver.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.time.FakeClock;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpClient.Version;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code metrics.k8s.io} without a metrics-server, of two nodes {@code east} and {@code west} with agents that are played. */
class UsageIT {
    private static final String METRICS = "/apis/metrics.k8s.io/v1beta1";
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
    private static final String CPU =
            "\"cpu\":{\"time\":\"2026-01-01T12:00:00Z\",\"usageNanoCores\":%d,\"usageWindowNanoSeconds\":2500000000},"
                    + "\"memory\":{\"workingSetBytes\":%d}";

    @TempDir
    Path directory;

    private final FakeClock clock = new FakeClock(Instant.now().truncatedTo(ChronoUnit.SECONDS));
    private ApiServerFixture api;
    private HttpCaller http;
    private FakeAgent east;
    private FakeAgent west;

    @BeforeEach
    void start() throws Exception {
        api = ApiServerFixture.start(directory, ApiServerFixture.Options.real().with(clock));
        http = api.admin();
        east = new FakeAgent(api.vertx(), directory);
        west = new FakeAgent(api.vertx(), directory);
        addNode("east", east.port());
        addNode("west", west.port());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void nodesTellTheirUse() {
        east.tells(summary(1_500_000_000, 3 * 1024 * 1024 + 1024));
        west.tells(summary(20_000, 1_000));

        Answer list = http.get(METRICS + "/nodes");
        assertThat(list.body())
                .startsWith(
                        "{\"kind\":\"NodeMetricsList\",\"apiVersion\":\"metrics.k8s.io/v1beta1\",\"metadata\":{},\"items\":[");
        assertThat(names(list)).containsExactly("east", "west");
        JsonNode node = http.get(METRICS + "/nodes/east").json();
        assertThat(node).isEqualTo(list.json().at("/items/0"));
        assertThat(node.path("kind").asText()).isEqualTo("NodeMetrics");
        assertThat(node.at("/metadata/labels/side").asText()).isEqualTo("east");
        assertThat(node.at("/metadata/creationTimestamp").asText())
                .isEqualTo(clock.now().toString());
        assertThat(node.path("timestamp").asText()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(node.path("window").asText()).isEqualTo("2.5s");
        assertThat(node.path("usage").toString()).isEqualTo("{\"cpu\":\"1500m\",\"memory\":\"3073Ki\"}");

        JsonNode table = http.getAs(METRICS + "/nodes", TABLE).json();
        assertThat(table.path("columnDefinitions")
                        .valueStream()
                        .map(c -> c.path("name").asText()))
                .containsExactly("Name", "cpu", "memory", "Window");
        assertThat(table.at("/rows/1/cells").toString()).isEqualTo("[\"west\",\"20u\",\"1k\",\"2.5s\"]");
        assertThat(names(http.get(METRICS + "/nodes?labelSelector=side%3Dwest")))
                .containsExactly("west");
        assertThat(names(http.get(METRICS + "/nodes?fieldSelector=metadata.name%3Deast")))
                .containsExactly("east");
        assertThat(http.get(METRICS + "/nodes?fieldSelector=spec.unschedulable%3Dtrue")
                        .code())
                .isEqualTo(400);
    }

    @Test
    void podsTellTheirUseAndOnlyNodesWithSuchPodsAreAsked() {
        api.createNamespace("other");
        String first = addPod("default", "first", "east", "Running");
        String second = addPod("other", "second", "west", "Running");
        String ended = addPod("default", "ended", "east", "Succeeded");
        east.tells(summary(1, 1, first, ended, "somebody-else"));
        west.tells(summary(1, 1, second));

        assertThat(names(http.get(METRICS + "/namespaces/default/pods"))).containsExactly("first");
        assertThat(west.asked()).isZero();
        assertThat(names(http.get(METRICS + "/pods"))).containsExactly("first", "second");
        assertThat(names(http.get(METRICS + "/pods?labelSelector=app%3Dsecond")))
                .containsExactly("second");
        assertThat(east.asked()).isEqualTo(2);
        JsonNode pod = http.get(METRICS + "/namespaces/other/pods/second").json();
        assertThat(pod.path("kind").asText()).isEqualTo("PodMetrics");
        assertThat(pod.at("/metadata/namespace").asText()).isEqualTo("other");
        assertThat(pod.at("/metadata/labels/app").asText()).isEqualTo("second");
        assertThat(pod.path("containers").toString())
                .isEqualTo("[{\"name\":\"one\",\"usage\":{\"cpu\":\"150m\",\"memory\":\"1Mi\"}},"
                        + "{\"name\":\"two\",\"usage\":{\"cpu\":\"50m\",\"memory\":\"1Ki\"}}]");
        JsonNode table =
                http.getAs(METRICS + "/namespaces/other/pods/second", TABLE).json();
        assertThat(table.at("/rows/0/cells").toString()).isEqualTo("[\"second\",\"200m\",\"1025Ki\",\"2.5s\"]");
        assertThat(table.path("metadata").isEmpty()).isTrue();
    }

    @Test
    void whatNobodyTellsIsNotFound() {
        addPod("default", "first", "east", "Running");
        east.tells(summary(1, 1));
        west.tells("no JSON");

        assertThat(http.get(METRICS + "/namespaces/default/pods/first")
                        .json()
                        .path("message")
                        .asText())
                .isEqualTo("podmetrics.metrics.k8s.io \"default/first\" not found");
        Answer nobody = http.get(METRICS + "/namespaces/default/pods/nobody");
        assertThat(nobody.code()).isEqualTo(404);
        assertThat(nobody.json().path("message").asText())
                .isEqualTo("podmetrics.metrics.k8s.io \"default/nobody\" not found");
        assertThat(http.get(METRICS + "/nodes/west").json().path("message").asText())
                .isEqualTo("nodemetrics.metrics.k8s.io \"west\" not found");
    }

    @Test
    void nodesThatCannotBeAskedAreLeftOut() throws IOException {
        try (ServerSocket gone = new ServerSocket(0)) {
            addNode("gone", gone.getLocalPort());
        }
        addNode("simulated", 0);
        east.tells(summary(1, 1));
        west.tells("no JSON");

        assertThat(names(http.get(METRICS + "/nodes"))).containsExactly("east");
    }

    @Test
    void nodeThatDoesNotAnswerIsWaitedForSomeSecondsOnly() {
        CompletableFuture<Answer> asked =
                CompletableFuture.supplyAsync(() -> http.get(METRICS + "/nodes/west"), Thread::startVirtualThread);
        await().until(() -> west.asked() == 1);
        assertThat(asked).isNotDone();
        await().until(() -> {
            clock.advance(Duration.ofSeconds(1));
            return asked.isDone();
        });

        assertThat(asked.join().code()).isEqualTo(404);
        await().untilAsserted(() ->
                assertThat(west.left()).as("nobody waits any more").isEqualTo(1));
    }

    @Test
    void discoveryAndOpenApiNameBoth() {
        assertThat(http.get(METRICS).json().path("resources").toString())
                .isEqualTo("[{\"name\":\"nodes\",\"singularName\":\"\",\"namespaced\":false,\"kind\":\"NodeMetrics\","
                        + "\"verbs\":[\"get\",\"list\"]},{\"name\":\"pods\",\"singularName\":\"\",\"namespaced\":true,"
                        + "\"kind\":\"PodMetrics\",\"verbs\":[\"get\",\"list\"]}]");
        JsonNode aggregated = http.getAs(
                        "/apis", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
                .json();
        assertThat(aggregated
                        .path("items")
                        .valueStream()
                        .map(g -> g.at("/metadata/name").asText()))
                .last()
                .isEqualTo("metrics.k8s.io");
        assertThat(http.get("/openapi/v3" + METRICS)
                        .json()
                        .at("/components/schemas")
                        .has("io.k8s.metrics.pkg.apis.metrics.v1beta1.ContainerMetrics"))
                .isTrue();
        assertThat(http.get("/openapi/v2").body()).contains("\"/apis/metrics.k8s.io/v1beta1/nodes/{name}\"");
        assertThat(http.get("/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io")
                        .json()
                        .at("/status/conditions/0/reason")
                        .asText())
                .isEqualTo("Local");
    }

    @Test
    void itIsReadAndNothingElse() {
        assertThat(http.post(METRICS + "/namespaces/default/pods", "{}").code()).isEqualTo(405);
        assertThat(http.delete(METRICS + "/nodes/east").code()).isEqualTo(405);
        assertThat(http.get(METRICS + "/nodes?watch=true").code()).isEqualTo(405);
        assertThat(http.get(METRICS + "/nodes/east/status").code()).isEqualTo(404);
    }

    @Test
    void whoMayReadIsForRolesToSay() {
        Identity jane = Identity.of("jane");
        HttpCaller caller = api.caller(jane, Version.HTTP_2);
        assertThat(caller.get(METRICS + "/namespaces/default/pods").code()).isEqualTo(403);
        String role = "/apis/rbac.authorization.k8s.io/v1/clusterroles/system:aggregated-metrics-reader";
        assertThat(http.get(role).json().at("/metadata/labels").properties().stream()
                        .map(e -> e.getKey()))
                .contains(
                        "rbac.authorization.k8s.io/aggregate-to-view",
                        "rbac.authorization.k8s.io/aggregate-to-edit",
                        "rbac.authorization.k8s.io/aggregate-to-admin");
        http.post("/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", """
                {"metadata":{"name":"jane"},"subjects":[{"kind":"User","name":"jane"}],
                 "roleRef":{"kind":"ClusterRole","name":"system:aggregated-metrics-reader"}}
                """);
        await().untilAsserted(() -> assertThat(
                        caller.get(METRICS + "/namespaces/default/pods").code())
                .isEqualTo(200));
        assertThat(caller.get(METRICS + "/nodes").code()).isEqualTo(403);
    }

    private static List<String> names(Answer list) {
        assertThat(list.code()).as(list.body()).isEqualTo(200);
        return list.json()
                .path("items")
                .valueStream()
                .map(item -> item.at("/metadata/name").asText())
                .toList();
    }

    /** @param port 0 for a node without an agent */
    private void addNode(String name, int port) {
        String metadata = "{\"metadata\":{\"name\":\"" + name + "\",\"labels\":{\"side\":\"" + name + "\"}}";
        http.post("/api/v1/nodes", metadata + "}");
        Answer told = http.patch("/api/v1/nodes/" + name + "/status", "merge", """
                {"status":{"addresses":[{"type":"InternalIP","address":"127.0.0.1"}],
                 "daemonEndpoints":{"kubeletEndpoint":{"Port":%d}}}}
                """.formatted(port));
        assertThat(told.code()).as(told.body()).isEqualTo(200);
    }

    /** The uid. */
    private String addPod(String namespace, String name, String node, String phase) {
        String pods = "/api/v1/namespaces/" + namespace + "/pods";
        Answer made = http.post(pods, """
                {"metadata":{"name":"%1$s","labels":{"app":"%1$s"}},
                 "spec":{"nodeName":"%2$s","containers":[{"name":"one","image":"i"}]}}
                """.formatted(name, node));
        assertThat(made.code()).as(made.body()).isEqualTo(201);
        http.patch(pods + "/" + name + "/status", "merge", "{\"status\":{\"phase\":\"" + phase + "\"}}");
        return made.json().at("/metadata/uid").asText();
    }

    /** @param uids of pods with two containers each */
    private static String summary(long nanoCores, long bytes, String... uids) {
        StringBuilder pods = new StringBuilder();
        for (String uid : uids) {
            pods.append(pods.isEmpty() ? "" : ",")
                    .append("{\"podRef\":{\"uid\":\"" + uid + "\"},\"containers\":[{\"name\":\"one\",")
                    .append(CPU.formatted(150_000_000, 1 << 20))
                    .append("},{\"name\":\"two\",")
                    .append(CPU.formatted(50_000_000, 1 << 10))
                    .append("}]}");
        }
        return "{\"node\":{" + CPU.formatted(nanoCores, bytes) + "},\"pods\":[" + pods + "]}";
    }
}

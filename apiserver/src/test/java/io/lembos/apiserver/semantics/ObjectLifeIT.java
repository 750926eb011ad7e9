package io.lembos.apiserver.semantics;

import static io.lembos.apiserver.semantics.Bodies.DEPLOYMENTS;
import static io.lembos.apiserver.semantics.Bodies.MAPS;
import static io.lembos.apiserver.semantics.Bodies.PODS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.time.FakeClock;
import io.lembos.apiserver.store.FakeStoreTimer;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An object from its creation to its end: who may set what, what counts as a change, what holds its deletion. */
class ObjectLifeIT {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    @TempDir
    Path directory;

    private final FakeClock clock = new FakeClock(START);
    private final FakeStoreTimer storeTimer = new FakeStoreTimer();
    private ApiServerFixture api;
    private HttpCaller http;

    @BeforeEach
    void start() {
        api = ApiServerFixture.start(
                directory, ApiServerFixture.Options.real().with(clock).with(storeTimer));
        http = api.admin();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void newObjectGetsItsIdentityFromTheServer() {
        String body = Bodies.object("\"name\":\"a\",\"uid\":\"mine\",\"creationTimestamp\":\"2001-01-01T00:00:00Z\","
                + "\"deletionTimestamp\":\"2001-01-01T00:00:00Z\",\"selfLink\":\"/x\",\"generation\":7");
        JsonNode metadata = created(http.post(MAPS, body)).path("metadata");
        assertThat(metadata.path("uid").asText())
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-.{12}");
        assertThat(metadata.path("creationTimestamp").asText()).isEqualTo("2030-01-01T00:00:00Z");
        assertThat(metadata.path("namespace").asText()).isEqualTo("default");
        assertThat(metadata.path("resourceVersion").asLong())
                .isEqualTo(api.store().revision());
        assertThat(metadata.has("deletionTimestamp")).isFalse();
        assertThat(metadata.has("selfLink")).isFalse();
        assertThat(http.get(MAPS + "/a").json().path("metadata")).isEqualTo(metadata);
    }

    @Test
    void updateThatChangesNothingWritesNothing() {
        ObjectNode present = created(http.post(MAPS, Bodies.configMap("a", "1")));
        long revision = api.store().revision();
        assertThat(ok(http.put(MAPS + "/a", present.toString()))).isEqualTo(present);
        assertThat(ok(http.patch(MAPS + "/a", "merge", "{\"data\":{\"value\":\"1\"}}")))
                .isEqualTo(present);
        assertThat(api.store().revision()).isEqualTo(revision);
    }

    @Test
    void specAndStatusAreWrittenApart() {
        ObjectNode present = created(http.post(
                DEPLOYMENTS, Bodies.deployment("web", 2).replace("}}}}}", "}}}},\"status\":{\"replicas\":9}}")));
        assertThat(present.at("/status/replicas").isMissingNode()).isTrue();

        present.withObject("/status").put("replicas", 2);
        present.withObject("/spec").put("replicas", 5);
        present.withObject("/metadata").withObject("/labels").put("by", "status");
        JsonNode afterStatus = ok(http.put(DEPLOYMENTS + "/web/status", present.toString()));
        assertThat(afterStatus.at("/status/replicas").asInt()).isEqualTo(2);
        assertThat(afterStatus.at("/spec/replicas").asInt()).isEqualTo(2);
        assertThat(afterStatus.at("/metadata/generation").asInt()).isEqualTo(1);

        JsonNode afterSpec = ok(
                http.patch(DEPLOYMENTS + "/web", "merge", "{\"spec\":{\"replicas\":3},\"status\":{\"replicas\":99}}"));
        assertThat(afterSpec.at("/status/replicas").asInt()).isEqualTo(2);
        assertThat(afterSpec.at("/spec/replicas").asInt()).isEqualTo(3);
        assertThat(afterSpec.at("/metadata/generation").asInt()).isEqualTo(2);
    }

    @Test
    void generationCountsChangesOfTheSpec() {
        created(http.post(DEPLOYMENTS, Bodies.deployment("web", 2)));
        JsonNode labelled = ok(http.patch(DEPLOYMENTS + "/web", "merge", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}"));
        assertThat(labelled.at("/metadata/generation").asInt()).isEqualTo(1);
        JsonNode forged = ok(http.patch(DEPLOYMENTS + "/web", "merge", "{\"metadata\":{\"generation\":50}}"));
        assertThat(forged.at("/metadata/generation").asInt()).isEqualTo(1);
        JsonNode scaled = ok(http.patch(DEPLOYMENTS + "/web/scale", "merge", "{\"spec\":{\"replicas\":7}}"));
        assertThat(scaled.at("/spec/replicas").asInt()).isEqualTo(7);
        assertThat(http.get(DEPLOYMENTS + "/web")
                        .json()
                        .at("/metadata/generation")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void scaleIsAViewOfTheObject() {
        created(http.post(DEPLOYMENTS, Bodies.deployment("web", 2)));
        ObjectNode scale = ok(http.get(DEPLOYMENTS + "/web/scale"));
        assertThat(scale.path("kind").asText()).isEqualTo("Scale");
        assertThat(scale.at("/status/selector").asText()).isEqualTo("a=b");
        scale.withObject("/spec").put("replicas", 4);
        assertThat(ok(http.put(DEPLOYMENTS + "/web/scale", scale.toString()))
                        .at("/spec/replicas")
                        .asInt())
                .isEqualTo(4);
        Answer stale = http.put(DEPLOYMENTS + "/web/scale", scale.toString());
        assertThat(stale.code()).isEqualTo(409);
        scale.withObject("/spec").put("replicas", -1);
        scale.withObject("/metadata").remove("resourceVersion");
        assertThat(http.put(DEPLOYMENTS + "/web/scale", scale.toString()).code())
                .isEqualTo(422);
    }

    @Test
    void podOnANodeIsGivenTime() {
        created(http.post(PODS, Bodies.pod("p", "node")));
        JsonNode marked = ok(http.delete(PODS + "/p"));
        assertThat(marked.at("/metadata/deletionTimestamp").asText()).isEqualTo("2030-01-01T00:00:30Z");
        assertThat(marked.at("/metadata/deletionGracePeriodSeconds").asInt()).isEqualTo(30);

        clock.advance(Duration.ofSeconds(5));
        JsonNode again = ok(http.delete(PODS + "/p"));
        assertThat(again.at("/metadata/deletionTimestamp").asText()).isEqualTo("2030-01-01T00:00:30Z");
        JsonNode longer = ok(delete(PODS + "/p", "{\"gracePeriodSeconds\":60}"));
        assertThat(longer.at("/metadata/deletionGracePeriodSeconds").asInt()).isEqualTo(30);
        JsonNode shorter = ok(delete(PODS + "/p", "{\"gracePeriodSeconds\":10}"));
        assertThat(shorter.at("/metadata/deletionTimestamp").asText()).isEqualTo("2030-01-01T00:00:10Z");

        ok(delete(PODS + "/p", "{\"gracePeriodSeconds\":0}"));
        assertThat(http.get(PODS + "/p").code()).isEqualTo(404);
    }

    @Test
    void podThatRunsNowhereGoesAtOnce() {
        created(http.post(PODS, Bodies.pod("unbound", "")));
        ok(http.delete(PODS + "/unbound"));
        assertThat(http.get(PODS + "/unbound").code()).isEqualTo(404);

        created(http.post(PODS, Bodies.pod("forced", "node")));
        ok(http.delete(PODS + "/forced?gracePeriodSeconds=0"));
        assertThat(http.get(PODS + "/forced").code()).isEqualTo(404);
    }

    @Test
    void finalizersHoldAnObjectUntilTheLastIsGone() {
        created(http.post(MAPS, Bodies.object("\"name\":\"held\",\"finalizers\":[\"a.io/x\",\"b.io/y\"]")));
        JsonNode marked = ok(http.delete(MAPS + "/held"));
        assertThat(marked.at("/metadata/deletionTimestamp").asText()).isEqualTo("2030-01-01T00:00:00Z");
        assertThat(marked.at("/metadata/deletionGracePeriodSeconds").asInt()).isZero();
        Answer added = http.patch(MAPS + "/held", "merge", "{\"metadata\":{\"finalizers\":[\"a.io/x\",\"c.io/z\"]}}");
        assertThat(added.code()).isEqualTo(422);
        assertThat(added.json().path("message").asText())
                .contains(
                        "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted");
        ok(http.patch(MAPS + "/held", "merge", "{\"metadata\":{\"finalizers\":[\"b.io/y\"]}}"));
        assertThat(http.get(MAPS + "/held").code()).isEqualTo(200);
        ok(http.patch(MAPS + "/held", "merge", "{\"metadata\":{\"finalizers\":null}}"));
        assertThat(http.get(MAPS + "/held").code()).isEqualTo(404);
    }

    @Test
    void propagationBecomesAFinalizer() {
        created(http.post(MAPS, Bodies.configMap("fore", "1")));
        JsonNode foreground = ok(delete(MAPS + "/fore", "{\"propagationPolicy\":\"Foreground\"}"));
        assertThat(foreground.at("/metadata/finalizers").toString()).isEqualTo("[\"foregroundDeletion\"]");
        JsonNode orphan = ok(http.delete(MAPS + "/fore?propagationPolicy=Orphan"));
        assertThat(orphan.at("/metadata/finalizers").toString()).isEqualTo("[\"orphan\"]");
        created(http.post(MAPS, Bodies.configMap("back", "1")));
        JsonNode background = ok(delete(MAPS + "/back", "{\"propagationPolicy\":\"Background\"}"));
        assertThat(background.path("status").asText()).isEqualTo("Success");
        assertThat(background.at("/details/name").asText()).isEqualTo("back");
        assertThat(delete(MAPS + "/fore", "{\"propagationPolicy\":\"Sideways\"}")
                        .code())
                .isEqualTo(422);
    }

    @Test
    void namespaceGoesWhenItsFinalizerDoes() {
        created(http.post("/api/v1/namespaces", Bodies.object("\"name\":\"team\"")));
        JsonNode terminating = ok(http.delete("/api/v1/namespaces/team"));
        assertThat(terminating.at("/status/phase").asText()).isEqualTo("Terminating");
        assertThat(terminating.at("/spec/finalizers/0").asText()).isEqualTo("kubernetes");
        Answer late = http.post("/api/v1/namespaces/team/configmaps", Bodies.configMap("late", "1"));
        assertThat(late.code()).isEqualTo(403);
        assertThat(late.json().at("/details/causes/0/reason").asText()).isEqualTo("NamespaceTerminating");

        ok(http.patch("/api/v1/namespaces/team", "merge", "{\"spec\":{\"finalizers\":[]}}"));
        assertThat(http.get("/api/v1/namespaces/team").code()).isEqualTo(200);
        ObjectNode present = ok(http.get("/api/v1/namespaces/team"));
        present.withObject("/spec").putArray("finalizers");
        ok(http.put("/api/v1/namespaces/team/finalize", present.toString()));
        assertThat(http.get("/api/v1/namespaces/team").code()).isEqualTo(404);
    }

    @Test
    void collectionIsDeletedAsSelected() {
        for (String name : new String[] {"a", "b", "c"}) {
            created(http.post(MAPS, Bodies.labelled(name, name.equals("b") ? "keep" : "go")));
        }
        JsonNode deleted = ok(http.delete(MAPS + "?labelSelector=app%3Dgo"));
        assertThat(deleted.path("kind").asText()).isEqualTo("ConfigMapList");
        assertThat(deleted.path("items")).hasSize(2);
        JsonNode rest = ok(http.get(MAPS));
        assertThat(rest.path("items")).hasSize(1);
        assertThat(rest.at("/items/0/metadata/name").asText()).isEqualTo("b");
        ok(http.delete(MAPS + "?dryRun=All"));
        assertThat(ok(http.get(MAPS)).path("items")).hasSize(1);
    }

    @Test
    void evictionRespectsTheBudget() {
        String budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
        created(
                http.post(
                        budgets,
                        "{\"metadata\":{\"name\":\"b\"},\"spec\":{\"minAvailable\":1,\"selector\":{\"matchLabels\":{\"app\":\"x\"}}}}"));
        created(http.post(
                PODS, Bodies.pod("p", "node").replace("\"name\":\"p\"", "\"name\":\"p\",\"labels\":{\"app\":\"x\"}")));
        ok(http.patch(PODS + "/p/status", "merge", "{\"status\":{\"phase\":\"Running\"}}"));
        status(
                budgets,
                "{\"observedGeneration\":1,\"disruptionsAllowed\":0,\"currentHealthy\":1,\"desiredHealthy\":1}");

        Answer refused = http.post(PODS + "/p/eviction", "{}");
        assertThat(refused.code()).isEqualTo(429);
        assertThat(refused.json().path("message").asText())
                .isEqualTo("Cannot evict pod as it would violate the pod's disruption budget.");
        assertThat(refused.json().at("/details/causes/0/message").asText())
                .isEqualTo("The disruption budget b needs 1 healthy pods and has 1 currently");

        status(budgets, "{\"disruptionsAllowed\":1}");
        assertThat(http.post(PODS + "/p/eviction", "{}").code()).isEqualTo(201);
        assertThat(http.get(PODS + "/p").json().path("metadata").has("deletionTimestamp"))
                .isTrue();
        JsonNode booked = http.get(budgets + "/b").json().path("status");
        assertThat(booked.path("disruptionsAllowed").asInt()).isZero();
        assertThat(booked.path("disruptedPods").has("p")).isTrue();
    }

    @Test
    void eventsAreForgotten() {
        String events = "/api/v1/namespaces/default/events";
        String event = "{\"metadata\":{\"name\":\"e\"},\"involvedObject\":{\"kind\":\"Pod\",\"namespace\":\"default\","
                + "\"name\":\"p\"},\"reason\":\"R\",\"message\":\"m\",\"type\":\"Normal\"}";
        created(http.post(events, event));
        storeTimer.advance(Duration.ofMinutes(59));
        assertThat(http.get(events + "/e").code()).isEqualTo(200);
        storeTimer.advance(Duration.ofMinutes(2));
        await().until(() -> http.get(events + "/e").code() == 404);
    }

    @Test
    void dryRunShowsAndForgets() {
        long revision = api.store().revision();
        JsonNode shown = created(http.post(MAPS + "?dryRun=All", Bodies.configMap("a", "1")));
        assertThat(shown.at("/metadata/uid").asText()).isNotEmpty();
        assertThat(http.get(MAPS + "/a").code()).isEqualTo(404);
        assertThat(api.store().revision()).isEqualTo(revision);
        created(http.post(MAPS, Bodies.configMap("a", "1")));
        JsonNode patched = ok(http.patch(MAPS + "/a?dryRun=All", "merge", "{\"data\":{\"value\":\"2\"}}"));
        assertThat(patched.at("/data/value").asText()).isEqualTo("2");
        assertThat(patched.at("/metadata/resourceVersion").asText()).isNotEmpty();
        ok(http.delete(MAPS + "/a?dryRun=All"));
        ok(delete(MAPS + "/a", "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"dryRun\":[\"All\"]}"));
        assertThat(http.get(MAPS + "/a").json().at("/data/value").asText()).isEqualTo("1");
    }

    private void status(String budgets, String status) {
        ok(http.patch(budgets + "/b/status", "merge", "{\"status\":" + status + "}"));
    }

    private Answer delete(String path, String options) {
        return http.call("DELETE", path, "application/json", options);
    }

    private static ObjectNode created(Answer answer) {
        assertThat(answer.code()).as(answer.body()).isEqualTo(201);
        return (ObjectNode) answer.json();
    }

    private static ObjectNode ok(Answer answer) {
        assertThat(answer.code()).as(answer.body()).isEqualTo(200);
        return (ObjectNode) answer.json();
    }
}

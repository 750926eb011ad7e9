package io.lembos.apiserver.semantics;

import static io.lembos.apiserver.semantics.Bodies.DEPLOYMENTS;
import static io.lembos.apiserver.semantics.Bodies.MAPS;
import static io.lembos.apiserver.semantics.Bodies.PODS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.Patch;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.FakeClock;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Server-side apply and managed fields over HTTPS: statuses, messages, and whose name stands beside which field. */
class ApplyIT {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private static final String APPLY = "application/apply-patch+yaml";
    private static final String MAP =
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"%s}%s}";

    @TempDir
    Path directory;

    private final FakeClock clock = new FakeClock(START);
    private ApiServerFixture api;
    private HttpCaller http;

    @BeforeEach
    void start() {
        api = ApiServerFixture.start(directory, ApiServerFixture.Options.real().with(clock));
        http = api.admin();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void applyCreatesThenMerges() {
        Answer created = apply(MAPS + "/a", "one", map("\"x\":\"1\",\"y\":\"2\""));
        assertThat(created.code()).as(created.body()).isEqualTo(201);
        assertThat(entries(created.json()))
                .containsExactly("one Apply v1 2030-01-01T00:00:00Z {\"f:data\":" + "{\"f:x\":{},\"f:y\":{}}}");
        clock.advance(Duration.ofSeconds(5));

        Answer merged = apply(MAPS + "/a", "two", map("\"z\":\"3\""));
        assertThat(merged.code()).isEqualTo(200);
        assertThat(merged.json().path("data").toString()).isEqualTo("{\"x\":\"1\",\"y\":\"2\",\"z\":\"3\"}");

        Answer pruned = apply(MAPS + "/a", "one", map("\"x\":\"1\""));
        assertThat(pruned.json().path("data").toString()).isEqualTo("{\"x\":\"1\",\"z\":\"3\"}");
        assertThat(entries(pruned.json()))
                .containsExactly(
                        "one Apply v1 2030-01-01T00:00:05Z {\"f:data\":{\"f:x\":{}}}",
                        "two Apply v1 2030-01-01T00:00:05Z {\"f:data\":{\"f:z\":{}}}");
    }

    @Test
    void applyingTheSameAgainWritesNothing() {
        JsonNode one = ok(apply(MAPS + "/a", "one", map("\"x\":\"1\"")));
        JsonNode two = ok(apply(MAPS + "/a", "two", map("\"x\":\"1\"")));
        assertThat(version(two)).isNotEqualTo(version(one));
        clock.advance(Duration.ofHours(1));
        assertThat(ok(apply(MAPS + "/a", "one", map("\"x\":\"1\"")))).isEqualTo(two);
        assertThat(ok(http.put(MAPS + "/a", two.toString()))).isEqualTo(two);

        String deployment = deployment("\"replicas\":3,", "i");
        JsonNode first = ok(apply(DEPLOYMENTS + "/d", "one", deployment));
        clock.advance(Duration.ofHours(1));
        assertThat(ok(apply(DEPLOYMENTS + "/d", "one", deployment))).isEqualTo(first);
        assertThat(ok(http.get(DEPLOYMENTS + "/d"))).isEqualTo(first);
    }

    @Test
    void conflictsAreNamedAndCanBeForced() {
        ok(http.call(
                "POST", DEPLOYMENTS + "?fieldManager=ctl", "application/json", deployment("\"replicas\":3,", "i")));
        Answer one = apply(DEPLOYMENTS + "/d", "me", deployment("\"replicas\":5,", "i"));
        assertThat(one.code()).isEqualTo(409);
        assertThat(one.json().path("reason").asText()).isEqualTo("Conflict");
        assertThat(one.json().path("message").asText())
                .isEqualTo("Apply failed with 1 conflict: conflict with \"ctl\" using apps/v1: .spec.replicas");
        assertThat(one.json().at("/details/causes/0").toString())
                .isEqualTo(
                        "{\"reason\":\"FieldManagerConflict\",\"message\":\"conflict with \\\"ctl\\\" using apps/v1\","
                                + "\"field\":\".spec.replicas\"}");

        Answer two = apply(DEPLOYMENTS + "/d", "me", deployment("\"replicas\":5,", "j"));
        assertThat(two.json().path("message").asText()).isEqualTo("""
                Apply failed with 2 conflicts: conflicts with "ctl" using apps/v1:
                - .spec.replicas
                - .spec.template.spec.containers[name="c"].image""");

        JsonNode forced = ok(http.call(
                "PATCH", DEPLOYMENTS + "/d?fieldManager=me&force=true", APPLY, deployment("\"replicas\":5,", "j")));
        assertThat(forced.at("/spec/replicas").asInt()).isEqualTo(5);
        assertThat(forced.at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(entries(forced))
                .hasSize(2)
                .allSatisfy(e -> assertThat(e.contains("f:replicas")).isEqualTo(e.startsWith("me Apply")));
    }

    @Test
    void malformedAppliesAreRefused() {
        refused(
                http.call("PATCH", MAPS + "/a", APPLY, map("")),
                422,
                "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
        refused(
                http.call("PATCH", MAPS + "/a?fieldManager=" + "m".repeat(129), APPLY, map("")),
                422,
                "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Too long: may not be more than 128 bytes");
        refused(
                http.call("PATCH", MAPS + "/a?force=true", "application/merge-patch+json", "{}"),
                422,
                "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch");
        refused(
                apply(MAPS + "/a", "m", map("").replace("v1", "apps/v1")),
                400,
                "invalid object type: apps/v1, Kind=ConfigMap");
        refused(
                apply(MAPS + "/a", "m", map("").replace("ConfigMap", "Pod")),
                400,
                "invalid object type: /v1, Kind=Pod");
        refused(apply(MAPS + "/a", "m", "{}"), 400, "invalid object type: /, Kind=");
        refused(
                apply(MAPS + "/a", "m", String.format(MAP, ",\"managedFields\":[]", "")),
                400,
                "metadata.managedFields must be nil");
        refused(
                apply(MAPS + "/a", "m", String.format(MAP, ",\"namespace\":\"other\"", "")),
                400,
                "the namespace of the provided object does not match the namespace sent on the request");
        refused(
                apply(MAPS + "/b", "m", map("")),
                400,
                "the name of the object (a) does not match the name on the URL (b)");
        refused(
                apply(MAPS + "/a", "m", map("").replace("\"name\":\"a\"", "")),
                400,
                "the name of the object (a based on URL) was undeterminable: name must be provided");
        refused(
                apply(MAPS + "/a", "m", String.format(MAP, "", ",\"dat\":{}")),
                500,
                "failed to create typed patch object (/a; /v1, Kind=ConfigMap): .dat: field not declared in schema");
        refused(
                apply(MAPS + "/a", "m", String.format(MAP, ",\"uid\":\"u\"", "")),
                409,
                "Operation cannot be fulfilled on configmaps \"a\": uid mismatch: the provided object specified uid u,"
                        + " and no existing object was found");
        assertThat(apply(MAPS + "/a", "m", ": [").code()).isEqualTo(400);
        assertThat(apply(MAPS + "/a", "m", "text").json().path("message").asText())
                .startsWith("error decoding YAML: error unmarshaling JSON");
        assertThat(http.call("PATCH", MAPS + "/a?fieldManager=m", "application/apply-patch+cbor", map(""))
                        .code())
                .isEqualTo(415);
        assertThat(http.get(MAPS + "/a").code()).isEqualTo(404);
    }

    @Test
    void versionInTheConfigurationIsAPrecondition() {
        JsonNode one = ok(apply(MAPS + "/a", "m", map("\"x\":\"1\"")));
        JsonNode two = ok(apply(MAPS + "/a", "m", map("\"x\":\"2\"")));
        String stale = String.format(MAP, ",\"resourceVersion\":\"" + version(one) + "\"", ",\"data\":{\"x\":\"3\"}");
        Answer conflict = apply(MAPS + "/a", "m", stale);
        assertThat(conflict.code()).isEqualTo(409);
        assertThat(conflict.json().path("message").asText()).contains("the object has been modified");
        assertThat(ok(apply(MAPS + "/a", "m", stale.replace(version(one), version(two))))
                        .at("/data/x")
                        .asText())
                .isEqualTo("3");
        assertThat(apply(MAPS + "/b", "m", stale.replace("\"a\"", "\"b\"")).code())
                .isEqualTo(409);
    }

    @Test
    void dryRunLeavesNothing() {
        Answer dry = http.call("PATCH", MAPS + "/a?fieldManager=m&dryRun=All", APPLY, map("\"x\":\"1\""));
        assertThat(dry.code()).isEqualTo(201);
        assertThat(entries(dry.json())).hasSize(1);
        assertThat(http.get(MAPS + "/a").code()).isEqualTo(404);
    }

    @Test
    void yamlAndFieldsThatStandTwice() {
        String yaml = """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: a
                data:
                  x: "1"
                  x: "2"
                """;
        refused(
                http.call("PATCH", MAPS + "/a?fieldManager=m&fieldValidation=Strict", APPLY, yaml),
                400,
                "error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n"
                        + "  key \"x\" already set in map");
        Answer warned = apply(MAPS + "/a", "m", yaml);
        assertThat(warned.code()).isEqualTo(201);
        assertThat(warned.header("Warning")).contains("already set in map");
        assertThat(warned.json().at("/data/x").asText()).isEqualTo("2");
    }

    @Test
    void everyWriteIsRecorded() {
        JsonNode created = ok(http.send(http.request(MAPS)
                .header("Content-Type", "application/json")
                .header("User-Agent", "my tool/1.2 (linux)")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(map("\"x\":\"1\"")))));
        assertThat(entries(created))
                .containsExactly("my tool Update v1 2030-01-01T00:00:00Z {\"f:data\":{\".\":{},\"f:x\":{}}}");
        clock.advance(Duration.ofSeconds(1));

        JsonNode patched = ok(http.call(
                "PATCH",
                MAPS + "/a?fieldManager=patcher",
                "application/merge-patch+json",
                "{\"data\":{\"x\":\"2\"},\"metadata\":{\"labels\":{\"a\":\"b\"}}}"));
        assertThat(entries(patched))
                .containsExactly(
                        "my tool Update v1 2030-01-01T00:00:00Z {\"f:data\":{}}",
                        "patcher Update v1 2030-01-01T00:00:01Z"
                                + " {\"f:data\":{\"f:x\":{}},\"f:metadata\":{\"f:labels\":{\".\":{},\"f:a\":{}}}}");
        clock.advance(Duration.ofSeconds(1));

        JsonNode removed = ok(http.call(
                "PATCH", MAPS + "/a?fieldManager=cleaner", "application/merge-patch+json", "{\"data\":null}"));
        assertThat(entries(removed))
                .containsExactly("patcher Update v1 2030-01-01T00:00:01Z"
                        + " {\"f:metadata\":{\"f:labels\":{\".\":{},\"f:a\":{}}}}");
    }

    @Test
    void componentsAreRecordedUnderTheirNames() {
        Identity scheduler = Identity.of("system:kube-scheduler", Identity.MASTERS);
        Identity node = Identity.of("system:node:alpha", Identity.MASTERS);
        ok(http.post(PODS + "?fieldManager=kubectl-create", Bodies.pod("p", "")));
        api.client(scheduler)
                .patch(
                        Resources.PODS,
                        ObjectKey.of("default", "p"),
                        new Patch.StrategicMerge("{\"metadata\":{\"labels\":{\"a\":\"b\"}}}"),
                        "");
        api.client(node)
                .patch(
                        Resources.PODS,
                        ObjectKey.of("default", "p"),
                        new Patch.Merge("{\"status\":{\"phase\":\"Running\"}}"),
                        "status");
        List<String> entries = entries(ok(http.get(PODS + "/p")));
        assertThat(entries).hasSize(3);
        assertThat(entries.get(0)).startsWith("kube-scheduler Update v1 2030").contains("f:labels");
        assertThat(entries.get(1))
                .startsWith("kubectl-create Update v1")
                .contains("f:containers")
                .doesNotContain("f:priority");
        assertThat(entries.get(2))
                .isEqualTo("kubelet Update v1 2030-01-01T00:00:00Z {\"f:status\":{\"f:phase\":{}}} status");
    }

    @Test
    void clientsMayClearTheBooksButNotForgeThemThroughSubresources() {
        ok(apply(MAPS + "/a", "one", map("\"x\":\"1\"")));
        JsonNode kept = ok(http.patch(MAPS + "/a", "merge", "{\"metadata\":{\"managedFields\":null}}"));
        assertThat(entries(kept)).hasSize(1);
        kept = ok(http.patch(
                MAPS + "/a",
                "merge",
                "{\"metadata\":{\"managedFields\":[{\"manager\":\"x\",\"operation\":\"Own\"}]}}"));
        assertThat(entries(kept)).hasSize(1);
        kept = ok(http.patch(
                MAPS + "/a",
                "merge",
                "{\"metadata\":{\"managedFields\":[{\"manager\":\"x\",\"operation\":\"Update\",\"apiVersion\":\"v1\","
                        + "\"fieldsType\":\"FieldsV1\",\"fieldsV1\":{\"f\":{}}}]}}"));
        assertThat(entries(kept)).containsExactly("one Apply v1 2030-01-01T00:00:00Z {\"f:data\":{\"f:x\":{}}}");
        JsonNode renamed = ok(http.patch(
                MAPS + "/a",
                "json",
                "[{\"op\":\"replace\",\"path\":\"/metadata/managedFields/0/manager\",\"value\":\"z\"}]"));
        assertThat(entries(renamed)).singleElement().asString().startsWith("z Apply");

        for (String empty : List.of("[]", "[{}]")) {
            JsonNode cleared = ok(http.patch(MAPS + "/a", "merge", "{\"metadata\":{\"managedFields\":" + empty + "}}"));
            assertThat(cleared.path("metadata").has("managedFields")).isFalse();
            assertThat(entries(ok(http.patch(MAPS + "/a", "merge", "{\"data\":{\"x\":\"7\"}}"))))
                    .isEmpty();
            JsonNode applied = ok(apply(MAPS + "/a", "one", map("\"x\":\"7\"")));
            assertThat(entries(applied)).hasSize(2).element(1).asString().startsWith("before-first-apply Update v1");
            ok(http.patch(MAPS + "/a", "merge", "{\"data\":{\"x\":\"1\"}}"));
        }
    }

    @Test
    void updatersBeyondTenBecomeOne() {
        ok(http.post(MAPS + "?fieldManager=m00", map("")));
        for (int i = 1; i < 13; i++) {
            clock.advance(Duration.ofSeconds(1));
            ok(http.call(
                    "PATCH",
                    MAPS + "/a?fieldManager=" + String.format("m%02d", i),
                    "application/merge-patch+json",
                    "{\"data\":{\"k" + i + "\":\"v\"}}"));
        }
        List<String> entries = entries(ok(http.get(MAPS + "/a")));
        assertThat(entries).hasSize(10);
        assertThat(entries.get(0)).startsWith("ancient-changes Update v1").contains("f:k1", "f:k2", "f:k3");
        assertThat(entries.get(9)).startsWith("m12 ");
    }

    @Test
    void statusIsAppliedByItself() {
        ok(apply(DEPLOYMENTS + "/d", "one", deployment("", "i")));
        String status = """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},
                 "spec":{"replicas":99},"status":{"replicas":2}}""";
        JsonNode applied = ok(apply(DEPLOYMENTS + "/d/status", "ctl", status));
        assertThat(applied.at("/status/replicas").asInt()).isEqualTo(2);
        assertThat(applied.at("/spec/replicas").asInt()).isEqualTo(1);
        assertThat(entries(applied))
                .contains("ctl Apply apps/v1 2030-01-01T00:00:00Z {\"f:status\":{\"f:replicas\":{}}} status");
        assertThat(apply(DEPLOYMENTS + "/none/status", "ctl", status.replace("\"d\"", "\"none\""))
                        .code())
                .isEqualTo(404);
    }

    @Test
    void scaleTakesTheReplicas() {
        ok(apply(DEPLOYMENTS + "/d", "one", deployment("\"replicas\":3,", "i")));
        ok(http.call(
                "PATCH",
                DEPLOYMENTS + "/d/scale?fieldManager=hpa",
                "application/merge-patch+json",
                "{\"spec\":{\"replicas\":4}}"));
        JsonNode scaled = ok(http.get(DEPLOYMENTS + "/d"));
        assertThat(entries(scaled).get(1))
                .isEqualTo("hpa Update apps/v1 2030-01-01T00:00:00Z {\"f:spec\":{\"f:replicas\":{}}} scale");
        Answer conflict = apply(DEPLOYMENTS + "/d", "one", deployment("\"replicas\":3,", "i"));
        assertThat(conflict.json().path("message").asText())
                .isEqualTo(
                        "Apply failed with 1 conflict: conflict with \"hpa\" with subresource \"scale\" using apps/v1:"
                                + " .spec.replicas");

        String scale = "{\"apiVersion\":\"autoscaling/v1\",\"kind\":\"Scale\",\"metadata\":{\"name\":\"d\"},"
                + "\"spec\":{\"replicas\":6}}";
        Answer refused = apply(DEPLOYMENTS + "/d/scale", "me", scale);
        assertThat(refused.json().path("message").asText())
                .isEqualTo("Apply failed with 1 conflict: conflict with \"hpa\" with subresource \"scale\" using"
                        + " autoscaling/v1: .spec.replicas");
        JsonNode forced = ok(http.call("PATCH", DEPLOYMENTS + "/d/scale?fieldManager=me&force=true", APPLY, scale));
        assertThat(forced.path("kind").asText()).isEqualTo("Scale");
        assertThat(forced.at("/spec/replicas").asInt()).isEqualTo(6);
        assertThat(entries(ok(http.get(DEPLOYMENTS + "/d"))))
                .contains("me Apply apps/v1 2030-01-01T00:00:00Z {\"f:spec\":{\"f:replicas\":{}}} scale");
    }

    @Test
    void ownersInTwoVersionsOfAnAutoscalerKnowOfEachOther() {
        String path = "/apis/autoscaling/%s/namespaces/default/horizontalpodautoscalers/a";
        String v2 = """
                {"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"a"},"spec":{
                "scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"d"},"maxReplicas":5,"metrics":[
                {"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":60}}}]}}""";
        ok(apply(path.formatted("v2"), "two", v2));
        ok(http.call(
                "PATCH",
                path.formatted("v1") + "?fieldManager=one",
                "application/merge-patch+json",
                "{\"spec\":{\"targetCPUUtilizationPercentage\":50}}"));
        List<String> entries = entries(ok(http.get(path.formatted("v2"))));
        assertThat(entries).hasSize(2);
        assertThat(entries.get(0))
                .startsWith("two Apply autoscaling/v2")
                .doesNotContain("f:metrics")
                .contains("f:maxReplicas");
        assertThat(entries.get(1))
                .isEqualTo("one Update autoscaling/v1 2030-01-01T00:00:00Z"
                        + " {\"f:spec\":{\"f:targetCPUUtilizationPercentage\":{}}}");
        assertThat(apply(path.formatted("v2"), "two", v2).json().path("message").asText())
                .isEqualTo("Apply failed with 1 conflict: conflict with \"one\" using autoscaling/v1:"
                        + " .spec.targetCPUUtilizationPercentage");
    }

    @Test
    void whoMayOnlyPatchCannotCreateByApplying() {
        HttpCaller nobody = api.caller(ApiServerFixture.NOBODY, HttpClient.Version.HTTP_2);
        assertThat(nobody.call("PATCH", MAPS + "/a?fieldManager=m", APPLY, map(""))
                        .code())
                .isEqualTo(403);
    }

    @Test
    void fieldsThatClientSideApplyOwnedPassToKubectl() {
        String last = "{\\\"apiVersion\\\":\\\"v1\\\",\\\"kind\\\":\\\"ConfigMap\\\",\\\"metadata\\\":"
                + "{\\\"name\\\":\\\"a\\\"},\\\"data\\\":{\\\"x\\\":\\\"1\\\"}}";
        String annotations = ",\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"" + last + "\"}";
        ok(http.post(
                MAPS + "?fieldManager=kubectl-client-side-apply",
                String.format(MAP, annotations, ",\"data\":{\"x\":\"1\"}")));
        assertThat(apply(MAPS + "/a", "other", map("\"x\":\"2\"")).code()).isEqualTo(409);
        JsonNode applied = ok(apply(MAPS + "/a", "kubectl", map("\"x\":\"2\"")));
        assertThat(applied.at("/data/x").asText()).isEqualTo("2");
        assertThat(applied.at("/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration")
                        .asText())
                .isEqualTo("{\"apiVersion\":\"v1\",\"data\":{\"x\":\"2\"},\"kind\":\"ConfigMap\",\"metadata\":"
                        + "{\"name\":\"a\"}}\n");
    }

    private Answer apply(String path, String manager, String body) {
        return http.call("PATCH", path + "?fieldManager=" + manager, APPLY, body);
    }

    private static String map(String data) {
        return String.format(MAP, "", ",\"data\":{" + data + "}");
    }

    private static String deployment(String replicas, String image) {
        return "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"d\"},\"spec\":{" + replicas
                + "\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}},"
                + "\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"" + image + "\"}]}}}}";
    }

    /** Manager, operation, version, time, fields, subresource. */
    private static List<String> entries(JsonNode object) {
        List<String> entries = new ArrayList<>();
        for (JsonNode entry : object.path("metadata").path("managedFields")) {
            String text = entry.path("manager").asText() + " "
                    + entry.path("operation").asText() + " "
                    + entry.path("apiVersion").asText() + " "
                    + entry.path("time").asText() + " "
                    + entry.path("fieldsV1") + " " + entry.path("subresource").asText("");
            entries.add(text.strip());
        }
        return entries;
    }

    private static String version(JsonNode object) {
        return object.at("/metadata/resourceVersion").asText();
    }

    private static void refused(Answer answer, int code, String message) {
        assertThat(answer.code()).as(answer.body()).isEqualTo(code);
        assertThat(answer.json().path("message").asText()).isEqualTo(message);
    }

    private static ObjectNode ok(Answer answer) {
        assertThat(answer.code()).as(answer.body()).isBetween(200, 201);
        return (ObjectNode) answer.json();
    }
}

package io.lembos.apiserver.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import io.lembos.apiserver.testing.WatchReader;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kinds that are served in two versions: one object, seen through either. */
class TwoVersionsIT {
    private static final String CORE = "/api/v1/namespaces/default/events";
    private static final String GROUP = "/apis/events.k8s.io/v1/namespaces/default/events";
    private static final String V1 = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
    private static final String V2 = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
    private static final String TARGET =
            "\"scaleTargetRef\":{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"name\":\"d\"},\"maxReplicas\":5";

    @TempDir
    Path directory;

    private ApiServerFixture api;
    private HttpCaller http;

    @BeforeEach
    void start() {
        api = ApiServerFixture.start(directory);
        http = api.admin();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void anEventHasOtherNamesInItsOwnGroup() {
        answered(201, http.post(CORE, event("e", "p")));
        answered(201, http.post(CORE, event("f", "q")));
        JsonNode shown = answered(200, http.get(GROUP + "/e"));
        assertThat(shown.path("apiVersion").asText()).isEqualTo("events.k8s.io/v1");
        assertThat(shown.at("/regarding/name").asText()).isEqualTo("p");
        assertThat(shown.path("note").asText()).isEqualTo("said");
        assertThat(shown.at("/deprecatedSource/component").asText()).isEqualTo("c");
        assertThat(shown.path("deprecatedCount").asInt()).isEqualTo(3);
        assertThat(shown.has("involvedObject") || shown.has("message") || shown.has("count"))
                .isFalse();
        assertThat(shown.path("metadata"))
                .isEqualTo(http.get(CORE + "/e").json().path("metadata"));

        JsonNode list = answered(200, http.get(GROUP + "?fieldSelector=regarding.name%3Dq"));
        assertThat(list.path("apiVersion").asText()).isEqualTo("events.k8s.io/v1");
        assertThat(list.path("items")).hasSize(1);
        assertThat(list.at("/items/0/regarding/name").asText()).isEqualTo("q");
        assertThat(answered(200, http.get(CORE + "?fieldSelector=involvedObject.name%3Dq"))
                        .path("items"))
                .hasSize(1);
        JsonNode page = answered(200, http.get(GROUP + "?limit=1"));
        assertThat(page.at("/items/0/note").asText()).isEqualTo("said");
        assertThat(answered(200, http.getAs(GROUP, "application/json;as=Table;v=v1;g=meta.k8s.io"))
                        .at("/rows/0/cells/3")
                        .asText())
                .isEqualTo("pod/p");
    }

    @Test
    void changesAreSeenThroughBoth() {
        JsonNode created = answered(201, http.post(CORE, event("e", "p")));
        String since = "?watch=true&resourceVersion="
                + created.at("/metadata/resourceVersion").asText();
        try (WatchReader core = http.watch(CORE + since);
                WatchReader group = http.watch(GROUP + since + "&fieldSelector=regarding.name%3Dp")) {
            assertThat(http.patch(GROUP + "/e", "merge", "{\"note\":\"again\"}").code())
                    .isEqualTo(422);
            String series = "{\"series\":{\"count\":2,\"lastObservedTime\":\"2030-01-01T00:00:00.000000Z\"}}";
            answered(200, http.patch(GROUP + "/e", "merge", series));
            assertThat(core.next().object().at("/series/count").asInt()).isEqualTo(2);
            WatchReader.Event event = group.next();
            assertThat(event.object().path("note").asText()).isEqualTo("said");
            assertThat(event.object().path("apiVersion").asText()).isEqualTo("events.k8s.io/v1");
            answered(200, http.delete(GROUP + "/e"));
            assertThat(core.next().type()).isEqualTo("DELETED");
            assertThat(group.next().object().at("/regarding/name").asText()).isEqualTo("p");
        }
    }

    @Test
    void theFirstVersionOfAnAutoscalerKnowsCpuOnly() {
        JsonNode created = answered(201, http.post(V1, "{\"metadata\":{\"name\":\"a\"},\"spec\":{" + TARGET + "}}"));
        assertThat(created.at("/spec/targetCPUUtilizationPercentage").asInt()).isEqualTo(80);
        JsonNode shown = answered(200, http.get(V2 + "/a"));
        assertThat(shown.at("/spec/metrics").toString())
                .isEqualTo("[{\"resource\":{\"name\":\"cpu\",\"target\":{\"averageUtilization\":80,"
                        + "\"type\":\"Utilization\"}},\"type\":\"Resource\"}]");
        answered(200, http.patch(V1 + "/a", "merge", "{\"spec\":{\"targetCPUUtilizationPercentage\":50}}"));
        assertThat(http.get(V2 + "/a")
                        .json()
                        .at("/spec/metrics/0/resource/target/averageUtilization")
                        .asInt())
                .isEqualTo(50);
        String status =
                "{\"status\":{\"currentReplicas\":2,\"desiredReplicas\":3,\"currentCPUUtilizationPercentage\":70}}";
        answered(200, http.patch(V1 + "/a/status", "merge", status));
        assertThat(http.get(V2 + "/a")
                        .json()
                        .at("/status/currentMetrics/0/resource/current/averageUtilization")
                        .asInt())
                .isEqualTo(70);
    }

    @Test
    void nothingIsLostOnTheWayThroughTheFirstVersion() {
        String rich = "{\"metadata\":{\"name\":\"a\"},\"spec\":{" + TARGET + ",\"metrics\":["
                + "{\"type\":\"Resource\",\"resource\":{\"name\":\"memory\",\"target\":{\"type\":\"AverageValue\",\"averageValue\":\"100Mi\"}}},"
                + "{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"target\":{\"type\":\"Utilization\",\"averageUtilization\":60}}},"
                + "{\"type\":\"External\",\"external\":{\"metric\":{\"name\":\"m\",\"selector\":{\"matchLabels\":{\"a\":\"b\"}}},\"target\":{\"type\":\"Value\",\"value\":\"3\"}}},"
                + "{\"type\":\"Object\",\"object\":{\"describedObject\":{\"kind\":\"Service\",\"name\":\"s\"},\"metric\":{\"name\":\"n\"},\"target\":{\"type\":\"AverageValue\",\"averageValue\":\"2\"}}}],"
                + "\"behavior\":{\"scaleDown\":{\"stabilizationWindowSeconds\":10}}}}";
        JsonNode created = answered(201, http.post(V2, rich));
        String condition =
                "{\"status\":{\"desiredReplicas\":1,\"conditions\":[{\"type\":\"ScalingActive\",\"status\":\"True\"}]}}";
        JsonNode before = answered(200, http.patch(V2 + "/a/status", "merge", condition));

        ObjectNode old = (ObjectNode) answered(200, http.get(V1 + "/a"));
        assertThat(old.at("/spec/targetCPUUtilizationPercentage").asInt()).isEqualTo(60);
        assertThat(old.at("/metadata/annotations").properties())
                .extracting(java.util.Map.Entry::getKey)
                .containsExactlyInAnyOrder(
                        "autoscaling.alpha.kubernetes.io/metrics",
                        "autoscaling.alpha.kubernetes.io/behavior",
                        "autoscaling.alpha.kubernetes.io/conditions");
        assertThat(old.at("/metadata/annotations/autoscaling.alpha.kubernetes.io~1metrics")
                        .asText())
                .isEqualTo(
                        "[{\"type\":\"Resource\",\"resource\":{\"name\":\"memory\",\"targetAverageValue\":\"100Mi\"}},"
                                + "{\"type\":\"External\",\"external\":{\"metricName\":\"m\",\"metricSelector\":{\"matchLabels\":"
                                + "{\"a\":\"b\"}},\"targetValue\":\"3\"}},{\"type\":\"Object\",\"object\":{\"target\":"
                                + "{\"kind\":\"Service\",\"name\":\"s\"},\"metricName\":\"n\",\"averageValue\":\"2\"}}]");
        assertThat(old.at("/metadata/annotations/autoscaling.alpha.kubernetes.io~1behavior")
                        .asText())
                .contains("\"ScaleDown\":{\"StabilizationWindowSeconds\":10,");
        ((ObjectNode) old.path("spec")).put("maxReplicas", 9);
        answered(200, http.put(V1 + "/a", old.toString()));

        JsonNode after = answered(200, http.get(V2 + "/a"));
        assertThat(after.at("/spec/maxReplicas").asInt()).isEqualTo(9);
        assertThat(after.at("/spec/metrics")).hasSameElementsAs(created.at("/spec/metrics"));
        assertThat(after.at("/spec/behavior")).isEqualTo(created.at("/spec/behavior"));
        assertThat(after.path("status")).isEqualTo(before.path("status"));
        assertThat(after.path("metadata").has("annotations")).isFalse();
    }

    private static String event(String name, String pod) {
        return "{\"metadata\":{\"name\":\"" + name
                + "\"},\"involvedObject\":{\"kind\":\"Pod\",\"namespace\":\"default\","
                + "\"name\":\"" + pod + "\"},\"reason\":\"R\",\"message\":\"said\",\"type\":\"Normal\",\"count\":3,"
                + "\"source\":{\"component\":\"c\"}}";
    }

    private static JsonNode answered(int code, Answer answer) {
        assertThat(answer.code()).as(answer.body()).isEqualTo(code);
        return answer.json();
    }
}

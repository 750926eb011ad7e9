package io.lembos.apiserver.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Applied configurations and managed fields that are half right: whatever comes, the server answers, and what it has
 * accepted can be applied again without a change. {@code -Dfuzz.seed=N} repeats a run.
 */
class ApplyFuzzIT {
    private static final String TYPED = "failed to create typed patch object";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments/";
    private static final List<String> SPECS = List.of(
            "\"replicas\":2",
            "\"replicas\":null",
            "\"replicas\":\"x\"",
            "\"selector\":{\"matchLabels\":{\"a\":\"b\"}}",
            "\"selector\":null",
            "\"strategy\":{}",
            "\"strategy\":{\"type\":\"Recreate\"}",
            "\"strategy\":{\"rollingUpdate\":{\"maxSurge\":\"50%\"}}",
            "\"paused\":true",
            "\"nonsense\":[]",
            "\"\":1");
    private static final List<String> CONTAINERS = List.of(
            "{\"name\":\"c\",\"image\":\"i\"}",
            "{\"name\":\"c\",\"image\":\"j\",\"ports\":[{\"containerPort\":80}]}",
            "{\"name\":\"d\",\"image\":\"i\",\"env\":[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"B\"}]}",
            "{\"name\":\"d\",\"image\":\"i\",\"ports\":[{\"containerPort\":80,\"protocol\":\"UDP\"},{\"containerPort\":80}]}",
            "{\"name\":\"c\",\"image\":\"i\",\"resources\":{\"limits\":{\"cpu\":\"1000m\"}}}",
            "{\"name\":\"c\",\"image\":\"i\",\"command\":[]}",
            "{\"name\":null}",
            "{}",
            "null",
            "[]");
    private static final List<String> MANAGED = List.of(
            "[]",
            "[{}]",
            "null",
            "[null]",
            "{}",
            "[{\"manager\":\"x\"}]",
            "[{\"manager\":\"x\",\"operation\":\"Apply\",\"apiVersion\":\"apps/v1\",\"fieldsType\":\"FieldsV1\","
                    + "\"fieldsV1\":{\"f:spec\":{\"f:replicas\":{}},\"k:{\\\"a\\\":null}\":{},\"v:[1]\":{},\"v:{}\":{}}}]",
            "[{\"manager\":\"m\",\"operation\":\"Apply\",\"apiVersion\":\"apps/v7\",\"fieldsType\":\"FieldsV1\","
                    + "\"fieldsV1\":{\"f:spec\":{}}}]",
            "[{\"manager\":\"\",\"operation\":\"Update\",\"apiVersion\":\"a/b/c\",\"fieldsType\":\"FieldsV1\"}]",
            "[{\"manager\":\"y\",\"operation\":\"Update\",\"apiVersion\":\"apps/v1\",\"fieldsType\":\"FieldsV1\","
                    + "\"fieldsV1\":{\"f:spec\":{\"f:template\":{\"f:spec\":{\"f:containers\":{\"k:{\\\"name\\\":7}\":"
                    + "{\".\":{}},\"i:0\":{}}}}},\"f\":1}}]");

    @TempDir
    Path directory;

    private final long seed = Long.getLong("fuzz.seed", 20300101L);
    private final Random random = new Random(seed);
    private ApiServerFixture api;

    @BeforeEach
    void start() {
        api = ApiServerFixture.start(directory);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void everyConfigurationIsAnsweredAndAppliesTwiceAsOnce() {
        int applied = 0;
        for (int i = 0; i < Integer.getInteger("fuzz.requests", 1500); i++) {
            String path = DEPLOYMENTS + any(List.of("a", "b")) + any(List.of("", "", "", "", "/status", "/scale"));
            boolean apply = random.nextInt(3) > 0;
            String query = "?fieldManager=" + any(List.of("m", "n", "kubectl"))
                    + (apply ? any(List.of("&force=true", "")) : "");
            String type = apply ? "application/apply-patch+yaml" : "application/merge-patch+json";
            String body = apply ? config(path) : "{\"metadata\":" + managed() + ",\"spec\":{" + any(SPECS) + "}}";
            Answer answer = api.admin().call("PATCH", path + query, type, body);
            String request = "seed " + seed + ", request " + i + ": " + type + " " + path + query + " " + body;
            sound(answer, request);
            if (apply && answer.code() < 300) {
                Answer again = api.admin().call("PATCH", path + query, type, body);
                assertThat(again.json()).as(request).isEqualTo(answer.json());
                applied++;
            }
        }
        assertThat(applied).as("configurations that were accepted").isGreaterThan(50);
    }

    private static void sound(Answer answer, String request) {
        boolean untyped =
                answer.code() == 500 && answer.json().path("message").asText().startsWith(TYPED);
        assertThat(answer.code() < 500 || untyped)
                .as("%s -> %s", request, answer.body())
                .isTrue();
    }

    private String config(String path) {
        boolean scale = path.endsWith("/scale") && random.nextInt(4) > 0;
        String name = path.substring(DEPLOYMENTS.length()).replaceAll("/.*", "");
        String metadata = random.nextInt(20) == 0
                ? any(List.of("null", "{}", "[]", managed()))
                : "{\"name\":\"" + name + "\"" + any(List.of("", ",\"labels\":{\"x\":\"y\"}", ",\"annotations\":{}"))
                        + "}";
        if (scale) {
            return "{\"apiVersion\":\"autoscaling/v1\",\"kind\":\"Scale\",\"metadata\":" + metadata + ",\"spec\":"
                    + any(List.of("{\"replicas\":3}", "{}", "null", "{\"replicas\":\"x\"}")) + "}";
        }
        String containers = "[" + any(CONTAINERS) + (random.nextBoolean() ? "," + any(CONTAINERS) : "") + "]";
        String spec = random.nextInt(4) == 0
                ? any(SPECS)
                : "\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}},"
                        + "\"spec\":{\"containers\":" + containers + "}}"
                        + (random.nextBoolean() ? "," + any(SPECS) : "");
        String status = any(List.of("", "", ",\"status\":{\"replicas\":1}", ",\"status\":null", ",\"status\":7"));
        return "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":" + metadata + ",\"spec\":{" + spec
                + "}" + status + "}";
    }

    private String managed() {
        return "{\"managedFields\":" + any(MANAGED) + "}";
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}

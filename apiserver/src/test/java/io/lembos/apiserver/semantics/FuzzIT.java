package io.lembos.apiserver.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a client sends, the server answers with a judgement and not with a failure of its own. The seed is in the
 * failure's message; {@code -Dfuzz.seed=N -Dfuzz.requests=N} repeats or extends a run.
 */
class FuzzIT {
    private static final List<String> COLLECTIONS = List.of(
            "/api/v1/namespaces/default/pods",
            "/api/v1/namespaces/default/services",
            "/api/v1/namespaces/default/configmaps",
            "/api/v1/namespaces/default/secrets",
            "/api/v1/namespaces/default/events",
            "/api/v1/nodes",
            "/api/v1/namespaces",
            "/apis/apps/v1/namespaces/default/deployments",
            "/apis/batch/v1/namespaces/default/jobs",
            "/apis/rbac.authorization.k8s.io/v1/clusterroles",
            "/apis/policy/v1/namespaces/default/poddisruptionbudgets",
            "/apis/authorization.k8s.io/v1/subjectaccessreviews",
            "/api/v1/namespaces/default/bindings");
    private static final List<String> PARTS = List.of("", "/status", "/scale", "/binding", "/eviction", "/finalize");
    private static final List<String> FIELDS = List.of(
            "metadata",
            "name",
            "namespace",
            "labels",
            "annotations",
            "finalizers",
            "ownerReferences",
            "generateName",
            "resourceVersion",
            "uid",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "spec",
            "status",
            "data",
            "stringData",
            "binaryData",
            "replicas",
            "selector",
            "matchLabels",
            "matchExpressions",
            "key",
            "operator",
            "values",
            "template",
            "containers",
            "initContainers",
            "image",
            "ports",
            "containerPort",
            "port",
            "targetPort",
            "resources",
            "limits",
            "requests",
            "cpu",
            "memory",
            "volumes",
            "emptyDir",
            "env",
            "value",
            "valueFrom",
            "livenessProbe",
            "httpGet",
            "conditions",
            "type",
            "strategy",
            "rollingUpdate",
            "maxSurge",
            "rules",
            "verbs",
            "target",
            "deleteOptions",
            "gracePeriodSeconds",
            "kind",
            "apiVersion",
            "$patch",
            "$setElementOrder/containers",
            "$deleteFromPrimitiveList/finalizers",
            "$retainKeys",
            "tolerations",
            "affinity",
            "involvedObject",
            "taints",
            "clusterIP",
            "phase",
            "backoffLimit",
            "minAvailable",
            "metadata",
            "spec",
            "x/y~z",
            "");
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "-1",
            "0",
            "1",
            "65536",
            "2147483648",
            "9223372036854775808",
            "1e400",
            "-0.5",
            "\"\"",
            "\"a\"",
            "\"A_b\"",
            "\"a b\"",
            "\"1Gi\"",
            "\"1e99999\"",
            "\"50%\"",
            "\"-5\"",
            "\"2030-01-01T00:00:00Z\"",
            "\"9999999-01-01T00:00:00Z\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\u00e9/%\"",
            "\"delete\"",
            "\"replace\"",
            "\"merge\"",
            "\"Exists\"",
            "\"In\"",
            "\"v1\"",
            "\"Pod\"",
            "{}",
            "[]",
            "[null]",
            "[{}]",
            "[[]]",
            "{\"\":null}");
    private static final List<String> QUERIES = List.of(
            "labelSelector",
            "fieldSelector",
            "limit",
            "continue",
            "resourceVersion",
            "resourceVersionMatch",
            "dryRun",
            "fieldValidation",
            "gracePeriodSeconds",
            "propagationPolicy",
            "timeoutSeconds",
            "pretty");

    @TempDir
    static Path directory;

    private static ApiServerFixture api;

    private final long seed = Long.getLong("fuzz.seed", 20300101L);
    private final Random random = new Random(seed);

    @BeforeAll
    static void start() {
        api = ApiServerFixture.start(directory);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void noRequestMakesTheServerFail() {
        HttpCaller http = api.admin();
        int accepted = 0;
        for (int i = 0; i < Integer.getInteger("fuzz.requests", 4000); i++) {
            String path = path();
            String method = any(List.of("POST", "POST", "PUT", "PATCH", "PATCH", "PATCH", "DELETE", "GET"));
            String type = method.equals("PATCH")
                    ? "application/" + any(List.of("merge", "json", "strategic-merge")) + "-patch+json"
                    : any(List.of(
                            "application/json",
                            "application/json",
                            "application/yaml",
                            "application/vnd.kubernetes.protobuf"));
            String body = type.contains("json-patch") ? operations() : mangled(object(0));
            String request = "seed " + seed + ", request " + i + ": " + method + " " + path + " " + type + " " + body;
            Answer answer = http.call(method, path, type, method.equals("GET") ? "" : body);
            assertThat(answer.code()).as("%s -> %s", request, answer.body()).isNotIn(500, 502, 503);
            accepted += answer.code() < 300 ? 1 : 0;
        }
        assertThat(accepted).as("requests that were not refused").isPositive();
        for (String collection : COLLECTIONS.subList(0, COLLECTIONS.size() - 2)) {
            assertThat(http.get(collection).json().path("items").isArray()).isTrue();
            assertThat(http.getAs(collection, "application/json;as=Table;v=v1;g=meta.k8s.io")
                            .code())
                    .isEqualTo(200);
        }
    }

    private String path() {
        String collection = any(COLLECTIONS);
        boolean named = random.nextInt(3) > 0;
        String name =
                named ? "/" + any(List.of("a", "a", "b", "default", "%00", "a%2Fb", "%E9", "..")) + any(PARTS) : "";
        StringBuilder query = new StringBuilder();
        for (int i = random.nextInt(3); i > 1; i--) {
            query.append(query.isEmpty() ? "?" : "&")
                    .append(any(QUERIES))
                    .append('=')
                    .append(URLEncoder.encode(
                            any(List.of(
                                    "a=b",
                                    "a in (b",
                                    "metadata.name=a",
                                    "0",
                                    "-1",
                                    "99999999999999999999",
                                    "All",
                                    "Strict",
                                    "1",
                                    "Exact",
                                    "Orphan",
                                    "e30",
                                    "!",
                                    ",",
                                    "a,,b",
                                    "\\")),
                            StandardCharsets.UTF_8));
        }
        return collection + name + query;
    }

    /** Sound enough to get past the first checks now and then. */
    private String object(int depth) {
        StringBuilder object = new StringBuilder("{");
        if (depth == 0) {
            object.append("\"metadata\":").append(metadata());
            if (random.nextBoolean()) {
                object.append(",\"spec\":{\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"containers\":[")
                        .append(container())
                        .append("],\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{\"containers\":[")
                        .append(container())
                        .append("]}},\"ports\":[{\"port\":80}]}");
            }
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            object.append(object.length() == 1 ? "" : ",")
                    .append('"')
                    .append(any(FIELDS))
                    .append("\":")
                    .append(value(depth + 1));
        }
        return object.append('}').toString();
    }

    private String metadata() {
        return random.nextInt(5) == 0
                ? value(1)
                : "{\"name\":" + any(List.of("\"a\"", "\"b\"", "\"c" + random.nextInt(50) + "\""))
                        + (random.nextInt(4) == 0 ? ",\"" + any(FIELDS) + "\":" + value(2) : "") + "}";
    }

    private String container() {
        return "{\"name\":\"c\",\"image\":\"i\""
                + (random.nextInt(3) == 0 ? ",\"" + any(FIELDS) + "\":" + value(4) : "") + "}";
    }

    private String value(int depth) {
        if (depth > 6 || random.nextInt(3) > 0) {
            return any(VALUES);
        }
        return random.nextBoolean() ? object(depth) : "[" + value(depth + 1) + "," + value(depth + 1) + "]";
    }

    private String operations() {
        StringBuilder patch = new StringBuilder("[");
        for (int i = random.nextInt(4); i >= 0; i--) {
            String pointer = any(List.of(
                    "/metadata/labels",
                    "/metadata/labels/a",
                    "/spec",
                    "/spec/containers/0",
                    "/spec/containers/-",
                    "",
                    "/",
                    "/metadata",
                    "/metadata/name",
                    "/a/b",
                    "x",
                    "/spec/containers/99",
                    "/metadata/finalizers/-",
                    "/~2",
                    "/spec/replicas"));
            patch.append(patch.length() == 1 ? "" : ",")
                    .append("{\"op\":\"")
                    .append(any(List.of("add", "remove", "replace", "test", "move", "copy", "sing")))
                    .append("\",\"path\":\"")
                    .append(pointer)
                    .append("\",\"from\":\"")
                    .append(any(List.of("/metadata/name", "/spec", "", "/none")))
                    .append("\",\"value\":")
                    .append(value(1))
                    .append('}');
        }
        return patch.append(']').toString();
    }

    private String mangled(String body) {
        if (random.nextInt(10) > 0) {
            return body;
        }
        StringBuilder mangled = new StringBuilder(body);
        int at = random.nextInt(body.length());
        switch (random.nextInt(3)) {
            case 0 -> mangled.setLength(at);
            case 1 -> mangled.setCharAt(at, (char) (32 + random.nextInt(95)));
            default -> mangled.insert(at, "[".repeat(random.nextInt(2000)));
        }
        return mangled.toString();
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}

package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.integration.cluster.AdminHttp;
import io.lembos.integration.cluster.Command;
import io.lembos.integration.cluster.TestCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a user does wrong is told in Kubernetes' words, and leaves nothing behind. */
class BadInputIT {
    private static TestCluster cluster;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("bad").up();
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    @Test
    void yamlThatIsNoneIsRefused() {
        Command.Result result = apply("a: b: c\n");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("error parsing").contains("mapping values are not allowed");
    }

    @Test
    void unknownFieldIsNamedByItsPath() {
        Command.Result result = apply(deployment("unknown-field").replace("replicas:", "replicaz:"));

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err())
                .contains("Error from server (BadRequest)")
                .contains("strict decoding error: unknown field \"spec.replicaz\"");
        assertNothingStored("deployment", "unknown-field");
    }

    @Test
    void wrongTypeIsNamedByItsField() {
        Command.Result result = apply(deployment("wrong-type").replace("replicas: 1", "replicas: many"));

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err())
                .contains("Error from server (BadRequest)")
                .contains(
                        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32");
        assertNothingStored("deployment", "wrong-type");
    }

    @Test
    void nameThatIsNoDnsLabelIsInvalid() {
        Command.Result result = apply(deployment("Not_A_Name"));

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err())
                .contains("The Deployment \"Not_A_Name\" is invalid")
                .contains(
                        "metadata.name: Invalid value: \"Not_A_Name\": a lowercase RFC 1123 subdomain must consist of");
    }

    @Test
    void severalMistakesAreAllNamedAsCauses() {
        String body = """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"two-causes"},
                 "spec":{"containers":[{"name":"A_B"}],"restartPolicy":"Sometimes"}}
                """;
        JsonNode status = raw("/api/v1/namespaces/default/pods", body);

        assertThat(status.path("code").asInt()).isEqualTo(422);
        assertThat(status.path("reason").asText()).isEqualTo("Invalid");
        assertThat(status.path("details").path("causes"))
                .extracting(c -> c.path("field").asText())
                .contains("spec.containers[0].name", "spec.containers[0].image", "spec.restartPolicy");
        assertNothingStored("pod", "two-causes");
    }

    @Test
    void staleVersionIsAConflict() {
        cluster.kubectl("create", "-f", file(configMap("stale", "one"))).output();
        String version = cluster.get("configmap", "stale")
                .path("metadata")
                .path("resourceVersion")
                .asText();
        cluster.kubectl("patch", "configmap", "stale", "-p", "{\"data\":{\"key\":\"two\"}}")
                .output();

        String stale = configMap("stale", "three")
                .replace("name: stale", "name: stale\n  resourceVersion: \"" + version + "\"");
        Command.Result result = cluster.kubectl("replace", "-f", "-").run(stale);

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err())
                .contains("Error from server (Conflict)")
                .contains("Operation cannot be fulfilled on configmaps \"stale\": the object has been modified; please"
                        + " apply your changes to the latest version and try again");
        assertThat(cluster.get("configmap", "stale").path("data").path("key").asText())
                .isEqualTo("two");
    }

    @Test
    void missingNamespaceIsNotFound() {
        Command.Result result =
                cluster.kubectl("apply", "-n", "nowhere", "-f", "-").run(deployment("homeless"));

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("Error from server (NotFound)").contains("namespaces \"nowhere\" not found");
    }

    @Test
    void missingObjectIsNotFound() {
        assertThat(cluster.kubectl("get", "pod", "nobody").run("").err())
                .isEqualTo("Error from server (NotFound): pods \"nobody\" not found\n");
    }

    @Test
    void imageThatCannotBePulledShowsInTheList() {
        String pod = """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: no-image
                spec:
                  containers:
                    - name: main
                      image: registry.invalid/nothing:1
                """;
        cluster.kubectl("apply", "-f", "-").run(pod);
        String path = "jsonpath={.status.containerStatuses[0].state.waiting.reason}=";
        cluster.kubectl("wait", "pod/no-image", "--for=" + path + "ErrImagePull", "--timeout=60s")
                .output();
        cluster.kubectl("wait", "pod/no-image", "--for=" + path + "ImagePullBackOff", "--timeout=60s")
                .output();

        assertThat(cluster.kubectl("get", "pods").output()).containsPattern("no-image +0/1 +ImagePullBackOff +0 ");
        assertThat(cluster.kubectl("describe", "pod", "no-image").output())
                .contains("Failed to pull image \"registry.invalid/nothing:1\"")
                .contains("Error: ErrImagePull");
        assertThat(cluster.kubectl("logs", "no-image").run("").err())
                .contains(
                        "container \"main\" in pod \"no-image\" is waiting to start: trying and failing to pull image");
    }

    @Test
    void podThatFitsNowhereIsTold() {
        String pod = """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: huge
                spec:
                  containers:
                    - name: main
                      image: lembos.local/hello:1
                      resources:
                        requests:
                          cpu: "1000"
                """;
        cluster.kubectl("apply", "-f", "-").run(pod);
        cluster.kubectl("wait", "pod/huge", "--for=condition=PodScheduled=False", "--timeout=30s")
                .output();

        assertThat(cluster.kubectl("describe", "pod", "huge").output())
                .contains("FailedScheduling")
                .contains("0/1 nodes are available: 1 Insufficient cpu.");
    }

    private static JsonNode raw(String path, String body) {
        try (AdminHttp http = AdminHttp.of(cluster)) {
            return http.postAndRead(path, body);
        }
    }

    private static Command.Result apply(String yaml) {
        return cluster.kubectl("apply", "-f", "-").run(yaml);
    }

    private static void assertNothingStored(String kind, String name) {
        assertThat(cluster.kubectl("get", kind, name).run("").err()).contains("NotFound");
    }

    private static String file(String yaml) {
        try {
            var file = java.nio.file.Files.createTempFile(cluster.home(), "in", ".yaml");
            java.nio.file.Files.writeString(file, yaml);
            return file.toString();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String configMap(String name, String value) {
        return """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: %s
                data:
                  key: %s
                """.formatted(name, value);
    }

    private static String deployment(String name) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: %s
                spec:
                  replicas: 1
                  selector:
                    matchLabels:
                      app: x
                  template:
                    metadata:
                      labels:
                        app: x
                    spec:
                      containers:
                        - name: main
                          image: lembos.local/hello:1
                """.formatted(name);
    }
}

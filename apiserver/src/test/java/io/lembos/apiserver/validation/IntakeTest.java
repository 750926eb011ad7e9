package io.lembos.apiserver.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.kinds.BuiltIn;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.schema.ObjectDecoder.Format;
import io.lembos.apiserver.schema.Strictness;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntakeTest {
    private static final Kind DEPLOYMENT = BuiltIn.kind("apps/Deployment");
    private static final String UNKNOWN =
            "{\"spec\":{\"foo\":1,\"replicas\":1,\"replicas\":2,\"template\":{\"spec\":{\"containers\":[{\"bar\":1}]}}}}";

    private final Intake intake = new Intake();

    private Intake.Decoded decode(Kind kind, String body, Strictness strictness) {
        return intake.decode(kind, body.getBytes(StandardCharsets.UTF_8), Format.JSON, strictness);
    }

    @Test
    void strictNamesDuplicateAndUnknownFields() {
        assertThatThrownBy(() -> decode(DEPLOYMENT, UNKNOWN, Strictness.STRICT))
                .hasMessage("strict decoding error: duplicate field \"spec.replicas\", unknown field \"spec.foo\","
                        + " unknown field \"spec.template.spec.containers[0].bar\"");
    }

    @Test
    void warnReturnsThemAndIgnoreIsSilent() {
        assertThat(decode(DEPLOYMENT, UNKNOWN, Strictness.WARN).warnings()).hasSize(3);
        Intake.Decoded ignored = decode(DEPLOYMENT, UNKNOWN, Strictness.IGNORE);
        assertThat(ignored.warnings()).isEmpty();
        assertThat(ignored.object().path("spec").has("foo")).isFalse();
        assertThat(ignored.object().path("spec").path("replicas").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"spec":{"replicas":"x"}} | json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32
            {"spec":{"replicas":1.5}} | json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32
            {"spec":{"paused":1}} | json: cannot unmarshal number into Go struct field DeploymentSpec.spec.paused of type bool
            {"spec":[]} | json: cannot unmarshal array into Go struct field Deployment.spec of type v1.DeploymentSpec
            {"metadata":{"labels":{"a":1}}} | json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string
            {"spec":{"template":{"spec":{"containers":{}}}}} | json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container
            """)
    void refusesWrongTypesInTheWordsOfGo(String body, String message) {
        assertThatThrownBy(() -> decode(DEPLOYMENT, body, Strictness.WARN))
                .hasMessage("Deployment in version \"v1\" cannot be handled as a Deployment: " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [1] | the object provided is unrecognized (must be of type Deployment): couldn't get version/kind; json parse error: json: cannot unmarshal array (5b315d)
            {"apiVersion":"apps/v2"} | the API version in the data (apps/v2) does not match the expected API version (apps/v1)
            {"kind":"Pod"} | Pod in version "v1" cannot be handled as a Deployment: the kind in the data does not match the kind of the path
            """)
    void refusesWhatIsNotTheKind(String body, String message) {
        assertThatThrownBy(() -> decode(DEPLOYMENT, body, Strictness.WARN)).hasMessage(message);
    }

    @Test
    void dropsNullsAndWritesQuantitiesOneWay() {
        ObjectNode pod = decode(
                        BuiltIn.kind("Pod"),
                        "{\"metadata\":{\"creationTimestamp\":null},\"spec\":{\"containers\":[{\"name\":\"c\","
                                + "\"resources\":{\"limits\":{\"cpu\":\"1000m\",\"memory\":1073741824}}}]}}",
                        Strictness.STRICT)
                .object();
        assertThat(pod.path("metadata").isEmpty()).isTrue();
        assertThat(pod.at("/spec/containers/0/resources/limits").toString())
                .isEqualTo("{\"cpu\":\"1\",\"memory\":\"1073741824\"}");
    }

    @Test
    void readsYaml() {
        byte[] body = "kind: ConfigMap\ndata: {a: b}\n".getBytes(StandardCharsets.UTF_8);
        ObjectNode map = intake.decode(BuiltIn.kind("ConfigMap"), body, Format.YAML, Strictness.STRICT)
                .object();
        assertThat(map.path("data").path("a").asText()).isEqualTo("b");
    }

    @Test
    void appliesTheDefaultsOfAPod() {
        ObjectNode pod = BuiltIn.yaml("""
                spec:
                  volumes: [{name: e}, {name: c, configMap: {name: m}}, {name: h, hostPath: {path: /}},
                            {name: i, image: {reference: data}}, {name: j, image: {reference: "data:1"}}]
                  containers:
                  - {name: a, image: nginx, ports: [{containerPort: 80}], readinessProbe: {httpGet: {port: 80}}}
                  - {name: b, image: "nginx:1.2", resources: {limits: {cpu: 1}}}
                """);
        intake.prepareForCreate(BuiltIn.kind("Pod"), pod);
        assertThat(pod.at("/spec/restartPolicy").asText()).isEqualTo("Always");
        assertThat(pod.at("/spec/securityContext").isObject()).isTrue();
        assertThat(pod.at("/spec/enableServiceLinks").asBoolean()).isTrue();
        assertThat(pod.at("/spec/volumes/0/emptyDir").isObject()).isTrue();
        assertThat(pod.at("/spec/volumes/1/configMap/defaultMode").asInt()).isEqualTo(420);
        assertThat(pod.at("/spec/volumes/2/hostPath/type").asText("-")).isEmpty();
        assertThat(pod.at("/spec/volumes/3/image/pullPolicy").asText()).isEqualTo("Always");
        assertThat(pod.at("/spec/volumes/4/image/pullPolicy").asText()).isEqualTo("IfNotPresent");
        assertThat(pod.at("/spec/containers/0/imagePullPolicy").asText()).isEqualTo("Always");
        assertThat(pod.at("/spec/containers/1/imagePullPolicy").asText()).isEqualTo("IfNotPresent");
        assertThat(pod.at("/spec/containers/0/ports/0/protocol").asText()).isEqualTo("TCP");
        assertThat(pod.at("/spec/containers/0/readinessProbe").toString())
                .isEqualTo("{\"httpGet\":{\"port\":80,\"path\":\"/\",\"scheme\":\"HTTP\"},\"failureThreshold\":3,"
                        + "\"periodSeconds\":10,\"successThreshold\":1,\"timeoutSeconds\":1}");
        assertThat(pod.at("/spec/containers/1/resources/requests/cpu").asText()).isEqualTo("1");
        assertThat(pod.at("/status").toString()).isEqualTo("{\"phase\":\"Pending\",\"qosClass\":\"Burstable\"}");
        assertThat(pod.at("/metadata/generation").asInt()).isEqualTo(1);
    }

    @Test
    void appliesTheDefaultsOfWorkloadsAndServices() {
        ObjectNode deployment = BuiltIn.yaml("spec: {template: {spec: {containers: [{name: c}]}}}");
        intake.prepareForCreate(DEPLOYMENT, deployment);
        assertThat(deployment.at("/spec/replicas").asInt()).isEqualTo(1);
        assertThat(deployment.at("/spec/strategy").toString())
                .isEqualTo(
                        "{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":\"25%\",\"maxUnavailable\":\"25%\"}}");
        assertThat(deployment.at("/spec/template/spec/enableServiceLinks").isMissingNode())
                .isTrue();

        ObjectNode service = BuiltIn.yaml("spec: {ports: [{port: 80}]}");
        intake.prepareForCreate(BuiltIn.kind("Service"), service);
        assertThat(service.toString())
                .contains("\"targetPort\":80", "\"type\":\"ClusterIP\"", "\"internalTrafficPolicy\":\"Cluster\"")
                .contains("\"status\":{\"loadBalancer\":{}}");
    }

    @Test
    void aResizeChangesResourcesAndNothingElse() {
        Kind pods = BuiltIn.kind("Pod");
        ObjectNode old = BuiltIn.yaml(
                "{metadata: {name: a, namespace: b}, spec: {containers: [{name: c, image: 'i:1', resources: {requests:"
                        + " {cpu: '1'}}}]}}");
        intake.prepareForCreate(pods, old);
        ObjectNode updated = old.deepCopy();
        updated.withObject("/spec").put("nodeName", "n");
        ((ObjectNode) updated.at("/spec/containers/0/resources/requests")).put("cpu", "2");
        intake.prepareForSubresourceUpdate(pods, "resize", updated, old);
        intake.validateSubresourceUpdate(pods, updated, old);
        assertThat(updated.at("/spec/nodeName").isMissingNode()).isTrue();
        assertThat(updated.at("/spec/containers/0/resources/requests/cpu").asText())
                .isEqualTo("2");
        assertThat(updated.at("/metadata/generation").asInt()).isEqualTo(2);
    }

    @Test
    void namespacesAndSecretsPrepareThemselves() {
        ObjectNode namespace = BuiltIn.yaml("metadata: {name: a}");
        intake.prepareForCreate(BuiltIn.kind("Namespace"), namespace);
        assertThat(namespace.toString())
                .contains(
                        "\"kubernetes.io/metadata.name\":\"a\"",
                        "\"finalizers\":[\"kubernetes\"]",
                        "\"phase\":\"Active\"");

        ObjectNode secret = BuiltIn.yaml("stringData: {a: b}");
        intake.prepareForCreate(BuiltIn.kind("Secret"), secret);
        assertThat(secret.at("/data/a").asText()).isEqualTo("Yg==");
        assertThat(secret.has("stringData")).isFalse();
        assertThat(secret.path("type").asText()).isEqualTo("Opaque");
    }

    @Test
    void generationCountsChangesOfTheSpecAndStatusStaysApart() {
        ObjectNode old =
                BuiltIn.yaml("{metadata: {name: a, generation: 3}, spec: {replicas: 1}, status: {replicas: 1}}");
        intake.applyDefaults(DEPLOYMENT, old);
        ObjectNode updated = old.deepCopy();
        updated.withObject("/spec").put("replicas", 2);
        updated.withObject("/status").put("replicas", 9);
        intake.prepareForUpdate(DEPLOYMENT, updated, old);
        assertThat(updated.at("/metadata/generation").asInt()).isEqualTo(4);
        assertThat(updated.at("/status/replicas").asInt()).isEqualTo(1);

        ObjectNode status = old.deepCopy();
        status.withObject("/spec").put("replicas", 5);
        status.withObject("/status").put("replicas", 9);
        intake.prepareForSubresourceUpdate(DEPLOYMENT, "status", status, old);
        assertThat(status.at("/metadata/generation").asInt()).isEqualTo(3);
        assertThat(status.at("/spec/replicas").asInt()).isEqualTo(1);
        assertThat(status.at("/status/replicas").asInt()).isEqualTo(9);
    }
}

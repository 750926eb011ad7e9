package io.lembos.apiserver.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubernetes.client.proto.V1;
import io.lembos.apiserver.kinds.BuiltIn;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.validation.Intake;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An object is the same in JSON and in protobuf, for our own decoder and for one that was generated from the messages. */
class ProtobufTest {
    private static final String POD = "io.k8s.api.core.v1.Pod";
    private static final String CRD =
            "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition";

    private final ProtobufEncoder encoder = new ProtobufEncoder(BuiltIn.CATALOG);
    private final ProtobufDecoder decoder = new ProtobufDecoder(BuiltIn.CATALOG);

    static Stream<JsonNode> minimalObjects() {
        return BuiltIn.cases("validation/minimal.yaml").stream();
    }

    @ParameterizedTest
    @MethodSource("minimalObjects")
    void everyKindSurvivesTheRoundTrip(JsonNode minimal) {
        Kind kind = BuiltIn.kind(minimal.path("kind").asText());
        ObjectNode object = minimal.path("object").deepCopy();
        object.put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
        object.withObject("/metadata")
                .put("name", "n")
                .put("creationTimestamp", "2030-01-01T00:00:00Z")
                .putObject("labels")
                .put("a", "b");
        new Intake().prepareForCreate(kind, object);
        assertThat(roundTrip(object, kind.definition())).isEqualTo(object);
    }

    @Test
    void specialTypesSurviveTheRoundTrip() {
        ObjectNode pod = BuiltIn.yaml("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: p
                  deletionGracePeriodSeconds: 0
                  managedFields: [{manager: m, fieldsType: FieldsV1, fieldsV1: {"f:spec": {"f:x": {}}}}]
                spec:
                  terminationGracePeriodSeconds: 0
                  volumes:
                  - {name: empty, emptyDir: {}}
                  - {name: map, configMap: {name: m, items: [{key: k, path: p, mode: 0}], optional: false}}
                  containers:
                  - name: c
                    image: i
                    resources: {limits: {cpu: 500m, memory: 1Gi}}
                    livenessProbe: {httpGet: {path: /, port: http}, periodSeconds: 3}
                    readinessProbe: {tcpSocket: {port: 80}}
                    securityContext: {runAsUser: 0, privileged: false}
                status:
                  startTime: "2030-01-01T00:00:01Z"
                """);
        assertThat(roundTrip(pod, POD)).isEqualTo(pod);
    }

    @Test
    void schemasOfCustomResourcesSurviveTheRoundTrip() {
        ObjectNode crd = BuiltIn.yaml("""
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: as.example.org}
                spec:
                  group: example.org
                  scope: Namespaced
                  names: {plural: as, kind: A}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema:
                      openAPIV3Schema:
                        type: object
                        properties:
                          free: {type: object, additionalProperties: true, x-kubernetes-preserve-unknown-fields: true}
                          map: {type: object, additionalProperties: {type: integer, minimum: 0.5}}
                          list: {type: array, maxItems: 0, items: {type: string, enum: [a, b]}, default: [a]}
                          rules: {type: object, x-kubernetes-validations: [{rule: "self.a == 1", message: m}]}
                """);
        assertThat(roundTrip(crd, CRD)).isEqualTo(crd);
    }

    @Test
    void aGeneratedMessageReadsWhatWasWritten() throws Exception {
        ObjectNode pod = BuiltIn.yaml("""
                metadata: {name: p, labels: {a: b}, creationTimestamp: "2030-01-01T00:00:00Z"}
                spec:
                  volumes: [{name: v, hostPath: {path: /x}}]
                  containers: [{name: c, image: i, args: [one, two], resources: {limits: {cpu: 500m}}}]
                  tolerations: [{key: k, tolerationSeconds: -1}]
                """);
        V1.Pod read = V1.Pod.parseFrom(encoder.encode(pod, POD));
        assertThat(read.getMetadata().getName()).isEqualTo("p");
        assertThat(read.getMetadata().getLabelsOrThrow("a")).isEqualTo("b");
        assertThat(read.getMetadata().getCreationTimestamp().getSeconds()).isEqualTo(1_893_456_000L);
        assertThat(read.getSpec().getVolumes(0).getVolumeSource().getHostPath().getPath())
                .isEqualTo("/x");
        assertThat(read.getSpec().getContainers(0).getArgsList()).containsExactly("one", "two");
        assertThat(read.getSpec()
                        .getContainers(0)
                        .getResources()
                        .getLimitsOrThrow("cpu")
                        .getString())
                .isEqualTo("500m");
        assertThat(read.getSpec().getTolerations(0).getTolerationSeconds()).isEqualTo(-1);
    }

    private ObjectNode roundTrip(ObjectNode object, String definition) {
        byte[] message = encoder.encode(object, definition);
        String apiVersion = object.path("apiVersion").asText();
        byte[] whole = Envelope.wrap(apiVersion, object.path("kind").asText(), message);
        return decoder.decode(whole, definition);
    }
}

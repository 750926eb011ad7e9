package io.lembos.apiserver.crd;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.certmanager.api.model.v1.CertificateSpec;
import io.fabric8.certmanager.api.model.v1.CertificateStatus;
import io.fabric8.certmanager.api.model.v1.IssuerSpec;
import io.fabric8.certmanager.api.model.v1.IssuerStatus;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewaySpec;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayStatus;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteSpec;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteStatus;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusSpec;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusStatus;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitorSpec;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import io.strimzi.api.kafka.model.kafka.Kafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The kinds of well-known operators, made from the classes that these publish: cert-manager, the Prometheus operator,
 * Strimzi (6,500 lines for one kind), Gateway API. Their objects are taken and their mistakes are refused by path.
 */
class OperatorDefinitionsIT {
    private static final String APPROVED =
            "metadata:\n  annotations:\n    api-approved.kubernetes.io: https://example.com\n";

    @TempDir
    static Path directory;

    private static ApiServerFixture api;

    @Group("cert-manager.io")
    @Version("v1")
    static final class Certificate extends CustomResource<CertificateSpec, CertificateStatus> implements Namespaced {}

    @Group("cert-manager.io")
    @Version("v1")
    static final class ClusterIssuer extends CustomResource<IssuerSpec, IssuerStatus> {}

    @Group("monitoring.coreos.com")
    @Version("v1")
    @Plural("prometheuses")
    static final class Prometheus extends CustomResource<PrometheusSpec, PrometheusStatus> implements Namespaced {}

    @Group("monitoring.coreos.com")
    @Version("v1")
    static final class ServiceMonitor extends CustomResource<ServiceMonitorSpec, Void> implements Namespaced {}

    @Group("gateway.networking.k8s.io")
    @Version("v1")
    static final class Gateway extends CustomResource<GatewaySpec, GatewayStatus> implements Namespaced {}

    @Group("gateway.networking.k8s.io")
    @Version("v1")
    static final class HTTPRoute extends CustomResource<HTTPRouteSpec, HTTPRouteStatus> implements Namespaced {}

    @BeforeAll
    static void start() {
        api = ApiServerFixture.start(directory);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of(
                        Certificate.class,
                        "{secretName: tls, dnsNames: [example.com], issuerRef: {name: ca, kind: ClusterIssuer}}",
                        "{secretName: tls, dnsNames: example.com}",
                        "spec.dnsNames: Invalid value: \"string\": spec.dnsNames in body must be of type array"),
                Arguments.of(
                        ClusterIssuer.class,
                        "{acme: {server: 'https://acme.example.com', privateKeySecretRef: {name: key},"
                                + " solvers: [{http01: {ingress: {ingressClassName: nginx}}}]}}",
                        "{acme: {solvers: [{http01: 8080}]}}",
                        "spec.acme.solvers[0].http01: Invalid value: \"integer\""),
                Arguments.of(
                        Prometheus.class,
                        "{replicas: 2, serviceAccountName: prometheus, retention: 24h,"
                                + " serviceMonitorSelector: {matchLabels: {team: web}}}",
                        "{replicas: two}",
                        "spec.replicas: Invalid value: \"string\": spec.replicas in body must be of type integer"),
                Arguments.of(
                        ServiceMonitor.class,
                        "{selector: {matchLabels: {app: web}}, endpoints: [{port: metrics, interval: 30s}]}",
                        "{endpoints: [{honorLabels: 'yes'}]}",
                        "spec.endpoints[0].honorLabels: Invalid value: \"string\""),
                Arguments.of(
                        Kafka.class,
                        "{kafka: {version: 3.9.0, replicas: 3, listeners: [{name: plain, port: 9092, type: internal,"
                                + " tls: false}], storage: {type: ephemeral}}, entityOperator: {topicOperator: {}}}",
                        "{kafka: {replicas: 3, listeners: [{name: plain, port: high}]}}",
                        "spec.kafka.listeners[0].port: Invalid value: \"string\""),
                Arguments.of(
                        Gateway.class,
                        "{gatewayClassName: lembos, listeners: [{name: http, port: 80, protocol: HTTP}]}",
                        "{gatewayClassName: [lembos]}",
                        "spec.gatewayClassName: Invalid value: \"array\""),
                Arguments.of(
                        HTTPRoute.class,
                        "{parentRefs: [{name: web}], rules: [{backendRefs: [{name: web, port: 80}]}]}",
                        "{rules: [{backendRefs: {name: web}}]}",
                        "spec.rules[0].backendRefs: Invalid value: \"object\""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void installsAndTakesWhatIsRightAndRefusesWhatIsWrong(
            Class<? extends HasMetadata> kind, String right, String wrong, String complaint) throws IOException {
        String definition = definition(kind);
        String plural =
                Definitions.install(api, definition).at("/spec/names/plural").asText();
        String objects = "/apis/" + HasMetadata.getGroup(kind) + "/" + HasMetadata.getVersion(kind)
                + (Namespaced.class.isAssignableFrom(kind) ? "/namespaces/default/" : "/") + plural;

        Answer taken = create(objects, kind, "right", right);
        Answer refused = create(objects, kind, "wrong", wrong);

        assertThat(taken.code()).as(taken.body()).isEqualTo(201);
        assertThat(refused.code()).as(refused.body()).isEqualTo(422);
        assertThat(refused.json().path("message").asText()).contains(complaint);
        assertThat(api.admin().get(objects + "/wrong").code()).isEqualTo(404);
    }

    private static Answer create(String objects, Class<? extends HasMetadata> kind, String name, String spec) {
        String object = "apiVersion: " + HasMetadata.getApiVersion(kind) + "\nkind: " + HasMetadata.getKind(kind)
                + "\nmetadata: {name: " + name + "}\nspec: " + spec;
        return api.admin().call("POST", objects, "application/yaml", object);
    }

    private static String definition(Class<? extends HasMetadata> kind) throws IOException {
        Path files = Files.createDirectory(directory.resolve(kind.getSimpleName()));
        new CRDGenerator()
                .inOutputDir(files.toFile())
                .customResourceClasses(java.util.List.of(kind))
                .forCRDVersions("v1")
                .generate();
        try (Stream<Path> made = Files.list(files)) {
            // As those of Gateway API say of themselves, being of a group of Kubernetes.
            return Files.readString(made.findFirst().orElseThrow()).replaceFirst("metadata:\\n", APPROVED);
        }
    }
}

package io.lembos.apiserver.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.apiserver.kinds.BuiltIn;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What single kinds do by themselves as they are written. */
class KindBehaviourIT {
    private static final String CLASSES = "/apis/scheduling.k8s.io/v1/priorityclasses";
    private static final String REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
    private static final String JOBS = "/apis/batch/v1/namespaces/default/jobs";
    private static final String PODS = Bodies.PODS;

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
    void aPodHasThePriorityOfItsClass() {
        post(CLASSES, "{\"metadata\":{\"name\":\"high\"},\"value\":1000,\"preemptionPolicy\":\"Never\"}");
        JsonNode spec = post(PODS, pod("a", "\"priorityClassName\":\"high\"")).path("spec");
        assertThat(spec.path("priority").asInt()).isEqualTo(1000);
        assertThat(spec.path("preemptionPolicy").asText()).isEqualTo("Never");
        JsonNode critical = post(PODS, pod("b", "\"priorityClassName\":\"system-node-critical\""))
                .path("spec");
        assertThat(critical.path("priority").asInt()).isEqualTo(2_000_001_000);
        JsonNode plain = post(PODS, pod("c", "\"hostNetwork\":false")).path("spec");
        assertThat(plain.path("priority").asInt()).isZero();
        assertThat(plain.has("priorityClassName")).isFalse();
        assertThat(refusal(403, http.post(PODS, pod("d", "\"priorityClassName\":\"none\""))))
                .isEqualTo("pods \"d\" is forbidden: no PriorityClass with name none was found");
        assertThat(refusal(403, http.post(PODS, pod("d", "\"priority\":5"))))
                .isEqualTo(
                        "pods \"d\" is forbidden: the integer value of priority (5) must not be provided in pod spec;"
                                + " priority admission controller computed 0 from the given PriorityClass name");
    }

    @Test
    void aPodHasTheOverheadAndThePlaceOfItsRuntimeClass() {
        String classes = "/apis/node.k8s.io/v1/runtimeclasses";
        post(classes, "{\"metadata\":{\"name\":\"plain\"},\"handler\":\"runc\"}");
        post(
                classes,
                "{\"metadata\":{\"name\":\"vm\"},\"handler\":\"kata\",\"overhead\":{\"podFixed\":{\"cpu\":\"250m\"}},"
                        + "\"scheduling\":{\"nodeSelector\":{\"kvm\":\"yes\"},\"tolerations\":[{\"key\":\"vm\",\"operator\":\"Exists\"}]}}");
        JsonNode spec = post(PODS, pod("a", "\"runtimeClassName\":\"vm\",\"nodeSelector\":{\"disk\":\"ssd\"}"))
                .path("spec");
        assertThat(spec.at("/overhead/cpu").asText()).isEqualTo("250m");
        assertThat(spec.path("nodeSelector").toString()).isEqualTo("{\"disk\":\"ssd\",\"kvm\":\"yes\"}");
        assertThat(spec.path("tolerations").toString()).contains("{\"key\":\"vm\",\"operator\":\"Exists\"}");
        assertThat(refusal(403, http.post(PODS, pod("b", "\"runtimeClassName\":\"none\""))))
                .isEqualTo("pods \"b\" is forbidden: pod rejected: RuntimeClass \"none\" not found");
        assertThat(refusal(
                        403, http.post(PODS, pod("b", "\"runtimeClassName\":\"plain\",\"overhead\":{\"cpu\":\"1\"}"))))
                .isEqualTo("pods \"b\" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass"
                        + " defined Overhead");
        assertThat(refusal(403, http.post(PODS, pod("b", "\"runtimeClassName\":\"vm\",\"overhead\":{\"cpu\":\"1\"}"))))
                .isEqualTo("pods \"b\" is forbidden: pod rejected: Pod's Overhead doesn't match RuntimeClass's defined"
                        + " Overhead");
        assertThat(refusal(
                        403,
                        http.post(PODS, pod("b", "\"runtimeClassName\":\"vm\",\"nodeSelector\":{\"kvm\":\"no\"}"))))
                .isEqualTo("pods \"b\" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[kvm] = yes;"
                        + " pod.spec.nodeSelector[kvm] = no");
    }

    @Test
    void oneClassIsTheDefault() {
        post(CLASSES, "{\"metadata\":{\"name\":\"first\"},\"value\":7,\"globalDefault\":true}");
        JsonNode spec = post(PODS, pod("a", "\"hostNetwork\":false")).path("spec");
        assertThat(spec.path("priority").asInt()).isEqualTo(7);
        assertThat(spec.path("priorityClassName").asText()).isEqualTo("first");
        String second = "{\"metadata\":{\"name\":\"second\"},\"value\":8,\"globalDefault\":true}";
        String why =
                "priorityclasses.scheduling.k8s.io \"second\" is forbidden: PriorityClass first is already marked as"
                        + " default. Only one default can exist";
        assertThat(refusal(403, http.post(CLASSES, second))).isEqualTo(why);
        post(CLASSES, second.replace("true", "false"));
        assertThat(refusal(403, http.patch(CLASSES + "/second", "merge", "{\"globalDefault\":true}")))
                .isEqualTo(why);
        ok(http.patch(CLASSES + "/first", "merge", "{\"description\":\"d\"}"));
    }

    @Test
    void aCertificateRequestSaysWhoMadeIt() {
        ObjectNode request = BuiltIn.minimal(BuiltIn.kind("CertificateSigningRequest"), "");
        ((ObjectNode) request.path("spec")).put("username", "somebody-else").putArray("groups");
        HttpCaller maker = api.caller(Identity.of("maker", Identity.MASTERS, "makers"), HttpClient.Version.HTTP_2);
        JsonNode created = answered(201, maker.post(REQUESTS, request.toString()));
        assertThat(created.at("/spec/username").asText()).isEqualTo("maker");
        assertThat(created.at("/spec/groups").toString()).contains("\"makers\"");
        assertThat(ok(http.patch(REQUESTS + "/x", "merge", "{\"spec\":{\"username\":\"me\"}}"))
                        .path("spec"))
                .isEqualTo(created.path("spec"));
    }

    @Test
    void approvalIsSaidThroughItsOwnPathOnly() {
        post(
                REQUESTS,
                BuiltIn.minimal(BuiltIn.kind("CertificateSigningRequest"), "").toString());
        String one = REQUESTS + "/x";
        String approved = conditions("Approved");
        assertThat(ok(http.patch(one, "merge", approved)).path("status").isEmpty())
                .isTrue();
        assertThat(ok(http.patch(one + "/status", "merge", approved))
                        .path("status")
                        .isEmpty())
                .isTrue();
        JsonNode condition =
                ok(http.patch(one + "/approval", "merge", approved)).at("/status/conditions/0");
        assertThat(condition.path("type").asText()).isEqualTo("Approved");
        assertThat(condition.has("lastUpdateTime") && condition.has("lastTransitionTime"))
                .isTrue();
        JsonNode issued =
                ok(http.patch(one + "/status", "merge", "{\"status\":{\"certificate\":\"eA==\",\"conditions\":null}}"));
        assertThat(issued.at("/status/certificate").asText()).isEqualTo("eA==");
        assertThat(issued.at("/status/conditions")).hasSize(1);
        String both =
                "{\"status\":{\"conditions\":[{\"type\":\"Approved\",\"status\":\"True\"},{\"type\":\"Denied\",\"status\":\"True\"}]}}";
        assertThat(refusal(422, http.patch(one + "/approval", "merge", both)))
                .endsWith("Approved and Denied conditions are mutually exclusive");
        assertThat(refusal(422, http.patch(one + "/approval", "merge", conditions("Denied"))))
                .endsWith("updates may not remove a condition of type \"Approved\"");
    }

    @Test
    void aJobSelectsItsOwnPods() {
        ObjectNode job = BuiltIn.minimal(BuiltIn.kind("Job"), "default");
        JsonNode created = post(JOBS, job.toString());
        String uid = created.at("/metadata/uid").asText();
        assertThat(created.at("/spec/selector").toString())
                .isEqualTo("{\"matchLabels\":{\"batch.kubernetes.io/controller-uid\":\"" + uid + "\"}}");
        assertThat(created.at("/spec/template/metadata/labels").properties())
                .extracting(e -> e.getKey() + "=" + e.getValue().asText())
                .containsExactlyInAnyOrder(
                        "controller-uid=" + uid,
                        "job-name=x",
                        "batch.kubernetes.io/controller-uid=" + uid,
                        "batch.kubernetes.io/job-name=x");
        ((ObjectNode) job.path("metadata")).put("name", "own");
        ((ObjectNode) job.path("spec")).put("manualSelector", true);
        job.withObject("/spec/selector/matchLabels").put("a", "b");
        job.withObject("/spec/template/metadata/labels").put("a", "b");
        assertThat(post(JOBS, job.toString()).at("/spec/template/metadata/labels"))
                .hasSize(1);
    }

    static Stream<String> scalable() {
        return BuiltIn.KINDS.all().stream()
                .filter(k -> k.subresource("scale").isPresent())
                .map(k -> k.group() + "/" + k.version() + "/" + k.kind());
    }

    @ParameterizedTest
    @MethodSource("scalable")
    void whatHasReplicasHasAScale(String title) {
        Kind kind = BuiltIn.kind(title);
        String collection = (kind.group().isEmpty() ? "/api/" : "/apis/") + kind.apiVersion() + "/namespaces/default/"
                + kind.plural();
        post(collection, BuiltIn.minimal(kind, "default").toString());
        String scale = collection + "/x/scale";
        JsonNode shown = ok(http.get(scale));
        assertThat(shown.path("kind").asText()).isEqualTo("Scale");
        assertThat(shown.at("/spec/replicas").asInt()).isEqualTo(1);
        assertThat(shown.at("/status/selector").asText()).isEqualTo("a=b");
        ((ObjectNode) shown.path("spec")).put("replicas", 3);
        assertThat(ok(http.put(scale, shown.toString())).at("/spec/replicas").asInt())
                .isEqualTo(3);
        ok(http.patch(scale, "merge", "{\"spec\":{\"replicas\":5}}"));
        assertThat(http.get(collection + "/x").json().at("/spec/replicas").asInt())
                .isEqualTo(5);
        assertThat(refusal(422, http.patch(scale, "merge", "{\"spec\":{\"replicas\":-1}}")))
                .contains("spec.replicas: Invalid value: -1: must be greater than or equal to 0");
    }

    @Test
    void defaultsThatDependOnOtherFields() {
        JsonNode level = post(
                "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations",
                "{\"metadata\":{\"name\":\"free\"},\"spec\":{\"type\":\"Exempt\"}}");
        assertThat(level.at("/spec/exempt").toString())
                .isEqualTo("{\"lendablePercent\":0,\"nominalConcurrencyShares\":0}");
        JsonNode claim = post(
                "/apis/resource.k8s.io/v1/namespaces/default/resourceclaims",
                BuiltIn.minimal(BuiltIn.kind("ResourceClaim"), "default").toString());
        assertThat(claim.at("/spec/devices/requests/0/exactly/count").asInt()).isEqualTo(1);
        JsonNode webhook = post(
                "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
                BuiltIn.minimal(BuiltIn.kind("MutatingWebhookConfiguration"), "")
                        .toString()
                        .replace("None", "NoneOnDryRun"));
        assertThat(webhook.at("/webhooks/0/failurePolicy").asText()).isEqualTo("Fail");
        assertThat(webhook.at("/webhooks/0/matchPolicy").asText()).isEqualTo("Equivalent");
        assertThat(webhook.at("/webhooks/0/reinvocationPolicy").asText()).isEqualTo("Never");
        assertThat(webhook.at("/webhooks/0/timeoutSeconds").asInt()).isEqualTo(10);
        assertThat(webhook.at("/metadata/generation").asInt()).isEqualTo(1);
    }

    @Test
    void aPodChangesItsContainersThroughSubresourcesOnly() {
        post(PODS, pod("p", "\"nodeName\":\"n\""));
        String ephemeral = "{\"spec\":{\"ephemeralContainers\":[{\"name\":\"look\",\"image\":\"i\"}]}}";
        assertThat(http.patch(PODS + "/p", "strategic-merge", ephemeral).code()).isEqualTo(422);
        JsonNode looked = ok(http.patch(PODS + "/p/ephemeralcontainers", "strategic-merge", ephemeral));
        assertThat(looked.at("/spec/ephemeralContainers/0/name").asText()).isEqualTo("look");
        assertThat(looked.at("/spec/ephemeralContainers/0/terminationMessagePolicy")
                        .asText())
                .isEqualTo("File");
        String resources =
                "{\"spec\":{\"containers\":[{\"name\":\"c\",\"resources\":{\"requests\":{\"cpu\":\"200m\"}}}]}}";
        assertThat(http.patch(PODS + "/p", "strategic-merge", resources).code()).isEqualTo(422);
        JsonNode resized = ok(http.patch(PODS + "/p/resize", "strategic-merge", resources));
        assertThat(resized.at("/spec/containers/0/resources/requests/cpu").asText())
                .isEqualTo("200m");
        assertThat(resized.at("/spec/ephemeralContainers")).hasSize(1);
    }

    @Test
    void whatNamesNoClassGetsTheDefaultOne() {
        String claims = "/api/v1/namespaces/default/persistentvolumeclaims";
        String mark = "\"annotations\":{\"storageclass.kubernetes.io/is-default-class\":\"true\"}";
        ObjectNode claim = BuiltIn.minimal(BuiltIn.kind("PersistentVolumeClaim"), "default");
        assertThat(post(claims, claim.toString()).path("spec").has("storageClassName"))
                .isFalse();
        post(
                "/apis/storage.k8s.io/v1/storageclasses",
                "{\"metadata\":{\"name\":\"fast\"," + mark + "},\"provisioner\":\"p\"}");
        ((ObjectNode) claim.path("metadata")).put("name", "y");
        assertThat(post(claims, claim.toString()).at("/spec/storageClassName").asText())
                .isEqualTo("fast");
        ((ObjectNode) claim.path("metadata")).put("name", "z");
        ((ObjectNode) claim.path("spec")).put("storageClassName", "");
        assertThat(post(claims, claim.toString()).at("/spec/storageClassName").asText("none"))
                .isEmpty();
        String ingressMark = "\"annotations\":{\"ingressclass.kubernetes.io/is-default-class\":\"true\"}";
        post(
                "/apis/networking.k8s.io/v1/ingressclasses",
                "{\"metadata\":{\"name\":\"front\"," + ingressMark + "},\"spec\":{\"controller\":\"example.com/c\"}}");
        ObjectNode ingress = BuiltIn.minimal(BuiltIn.kind("Ingress"), "default");
        assertThat(post("/apis/networking.k8s.io/v1/namespaces/default/ingresses", ingress.toString())
                        .at("/spec/ingressClassName")
                        .asText())
                .isEqualTo("front");
    }

    @Test
    void volumesAndClaimsStartPendingAndAreProtected() {
        JsonNode claim = post(
                "/api/v1/namespaces/default/persistentvolumeclaims",
                BuiltIn.minimal(BuiltIn.kind("PersistentVolumeClaim"), "default")
                        .toString());
        assertThat(claim.at("/status/phase").asText()).isEqualTo("Pending");
        assertThat(claim.at("/metadata/finalizers/0").asText()).isEqualTo("kubernetes.io/pvc-protection");
        ObjectNode volume = BuiltIn.minimal(BuiltIn.kind("PersistentVolume"), "");
        ((ObjectNode) volume.path("metadata")).putArray("finalizers").add("kubernetes.io/pv-protection");
        JsonNode stored = post("/api/v1/persistentvolumes", volume.toString());
        assertThat(stored.at("/status/phase").asText()).isEqualTo("Pending");
        assertThat(stored.at("/metadata/finalizers")).hasSize(1);
    }

    private static String pod(String name, String spec) {
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{" + spec
                + ",\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}";
    }

    private static String conditions(String type) {
        return "{\"status\":{\"conditions\":[{\"type\":\"" + type + "\",\"status\":\"True\",\"reason\":\"R\"}]}}";
    }

    private JsonNode post(String path, String body) {
        return answered(201, http.post(path, body));
    }

    private static JsonNode ok(Answer answer) {
        return answered(200, answer);
    }

    private static String refusal(int code, Answer answer) {
        return answered(code, answer).path("message").asText();
    }

    private static JsonNode answered(int code, Answer answer) {
        assertThat(answer.code()).as(answer.body()).isEqualTo(code);
        return answer.json();
    }
}

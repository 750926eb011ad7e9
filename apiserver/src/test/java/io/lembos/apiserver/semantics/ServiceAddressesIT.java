package io.lembos.apiserver.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.addresses.ServiceRanges;
import io.lembos.apiserver.store.Commit;
import io.lembos.apiserver.store.Op;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cluster IPs and node ports: nobody shares one, nobody keeps one for nothing. */
class ServiceAddressesIT {
    private static final String SERVICES = "/api/v1/namespaces/default/services";
    private static final String ADDRESSES = "/apis/networking.k8s.io/v1/ipaddresses";
    private static final ServiceRanges SMALL =
            ServiceRanges.DEFAULT.withCidr("10.96.0.0/27").withPorts(30000, 30019);

    @TempDir
    Path directory;

    private ApiServerFixture api;
    private HttpCaller http;

    @BeforeEach
    void start() {
        start(SMALL);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private void start(ServiceRanges ranges) {
        api = ApiServerFixture.start(directory, ApiServerFixture.Options.real().with(ranges));
        http = api.admin();
    }

    @Test
    void serviceGetsAnAddressThatIsAnObject() {
        JsonNode spec = created("a", "\"type\":\"ClusterIP\"").path("spec");
        String ip = spec.path("clusterIP").asText();
        assertThat(ip).startsWith("10.96.0.");
        assertThat(spec.path("clusterIPs").toString()).isEqualTo("[\"" + ip + "\"]");
        assertThat(spec.path("ipFamilies").toString()).isEqualTo("[\"IPv4\"]");
        assertThat(spec.path("ipFamilyPolicy").asText()).isEqualTo("SingleStack");
        JsonNode address = http.get(ADDRESSES + "/" + ip).json();
        assertThat(address.at("/metadata/labels").toString())
                .isEqualTo("{\"ipaddress.kubernetes.io/ip-family\":\"IPv4\","
                        + "\"ipaddress.kubernetes.io/managed-by\":\"ipallocator.k8s.io\"}");
        assertThat(address.at("/spec/parentRef").toString())
                .isEqualTo("{\"name\":\"a\",\"namespace\":\"default\",\"resource\":\"services\"}");
        assertThat(address.at("/metadata/resourceVersion"))
                .as("committed together")
                .isEqualTo(http.get(SERVICES + "/a").json().at("/metadata/resourceVersion"));
    }

    @Test
    void theClusterItselfHasTheFirst() {
        JsonNode kubernetes = http.get(SERVICES + "/kubernetes").json();
        assertThat(kubernetes.at("/spec/clusterIP").asText()).isEqualTo("10.96.0.1");
        assertThat(kubernetes.at("/spec/ports/0/targetPort").asInt()).isEqualTo(api.port());
        assertThat(http.get(ADDRESSES + "/10.96.0.1").code()).isEqualTo(200);
        assertThat(http.get("/apis/networking.k8s.io/v1/servicecidrs/kubernetes")
                        .json()
                        .at("/spec/cidrs/0")
                        .asText())
                .isEqualTo("10.96.0.0/27");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            10.96.0.1 | failed to allocate IP 10.96.0.1: provided IP is already allocated
            10.97.0.1 | failed to allocate IP 10.97.0.1: the provided network does not match the current range
            10.96.0.31 | failed to allocate IP 10.96.0.31: the provided IP (10.96.0.31) is not in the valid range. The range of valid IPs is 10.96.0.0/27
            """)
    void refusesAddressesThatCannotBeHad(String ip, String why) {
        Answer answer = post("b", "\"clusterIP\":\"" + ip + "\"");
        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.json().path("message").asText())
                .isEqualTo("Service \"b\" is invalid: spec.clusterIPs: Invalid value: [\"" + ip + "\"]: " + why);
        assertThat(addresses()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            30007 | provided port is already allocated
            31000 | provided port is not in the valid range. The range of valid ports is 30000-30019
            """)
    void refusesPortsThatCannotBeHad(int port, String why) {
        created("a", nodePort("", 30007));
        Answer answer = post("b", nodePort("", port));
        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.json().path("message").asText())
                .isEqualTo("Service \"b\" is invalid: spec.ports[0].nodePort: Invalid value: " + port + ": " + why);
        assertThat(addresses()).as("and nothing of the refused one stays").hasSize(2);
    }

    @Test
    void headlessAndExternalServicesNeedNone() {
        JsonNode headless = created("h", "\"clusterIP\":\"None\",\"selector\":{\"a\":\"b\"}")
                .path("spec");
        assertThat(headless.path("clusterIPs").toString()).isEqualTo("[\"None\"]");
        assertThat(headless.path("ipFamilyPolicy").asText()).isEqualTo("SingleStack");
        JsonNode without = created("w", "\"clusterIP\":\"None\"").path("spec");
        assertThat(without.path("ipFamilyPolicy").asText()).isEqualTo("RequireDualStack");
        assertThat(without.path("ipFamilies").toString()).isEqualTo("[\"IPv4\",\"IPv6\"]");
        JsonNode external = created("e", "\"type\":\"ExternalName\",\"externalName\":\"example.com\"")
                .path("spec");
        assertThat(external.has("clusterIP")).isFalse();
        assertThat(addresses()).hasSize(1);
    }

    @Test
    void whatIsDeletedIsFree() {
        String ip = created("a", nodePort("\"clusterIP\":\"10.96.0.9\",", 30007))
                .at("/spec/clusterIP")
                .asText();
        ok(http.delete(SERVICES + "/a"));
        assertThat(http.get(ADDRESSES + "/" + ip).code()).isEqualTo(404);
        created("b", nodePort("\"clusterIP\":\"10.96.0.9\",", 30007));
    }

    @Test
    void aFinalizerKeepsThem() {
        String held =
                "{\"metadata\":{\"name\":\"a\",\"finalizers\":[\"example.com/wait\"]},\"spec\":{\"ports\":[{\"port\":80}],"
                        + "\"clusterIP\":\"10.96.0.9\"}}";
        assertThat(http.post(SERVICES, held).code()).isEqualTo(201);
        ok(http.delete(SERVICES + "/a"));
        assertThat(http.get(ADDRESSES + "/10.96.0.9").code()).isEqualTo(200);
        ok(http.patch(SERVICES + "/a", "merge", "{\"metadata\":{\"finalizers\":null}}"));
        assertThat(http.get(ADDRESSES + "/10.96.0.9").code()).isEqualTo(404);
    }

    @Test
    void changesOfTypeTakeAndGiveBack() {
        String ip = created("a", "\"type\":\"ClusterIP\"").at("/spec/clusterIP").asText();
        JsonNode open = ok(patch("a", "{\"spec\":{\"type\":\"NodePort\"}}")).path("spec");
        int port = open.at("/ports/0/nodePort").asInt();
        assertThat(port).isBetween(30000, 30019);
        assertThat(open.path("clusterIP").asText()).isEqualTo(ip);
        assertThat(post("b", nodePort("", port)).code()).isEqualTo(422);
        JsonNode inside = ok(patch("a", "{\"spec\":{\"type\":\"ClusterIP\"}}")).path("spec");
        assertThat(inside.at("/ports/0").has("nodePort")).isFalse();
        assertThat(inside.has("externalTrafficPolicy")).isFalse();
        created("b", nodePort("", port));
        JsonNode external = ok(patch("a", "{\"spec\":{\"type\":\"ExternalName\",\"externalName\":\"example.com\"}}"))
                .path("spec");
        assertThat(external.has("clusterIP") || external.has("ipFamilies")).isFalse();
        assertThat(http.get(ADDRESSES + "/" + ip).code()).isEqualTo(404);
        JsonNode again = ok(patch("a", "{\"spec\":{\"type\":\"ClusterIP\",\"externalName\":null}}"))
                .path("spec");
        assertThat(http.get(ADDRESSES + "/" + again.path("clusterIP").asText()).code())
                .isEqualTo(200);
    }

    @Test
    void anUpdateMayLeaveOutWhatWasAllocated() {
        JsonNode before = created("a", nodePort("", 0)).path("spec");
        JsonNode after =
                ok(http.put(SERVICES + "/a", service("a", nodePort("", 0)))).path("spec");
        assertThat(after).isEqualTo(before);
        assertThat(ok(patch("a", "{\"metadata\":{\"labels\":{\"x\":\"y\"}}}")).path("spec"))
                .isEqualTo(before);
    }

    @Test
    void twoProtocolsShareANodePort() {
        String ports = "\"type\":\"NodePort\",\"ports\":[{\"name\":\"t\",\"port\":53},"
                + "{\"name\":\"u\",\"port\":53,\"protocol\":\"UDP\"},{\"name\":\"o\",\"port\":54}]";
        JsonNode list = answered(201, http.post(SERVICES, "{\"metadata\":{\"name\":\"a\"},\"spec\":{" + ports + "}}"))
                .at("/spec/ports");
        assertThat(list.at("/0/nodePort")).isEqualTo(list.at("/1/nodePort"));
        assertThat(list.at("/2/nodePort")).isNotEqualTo(list.at("/0/nodePort"));
    }

    @Test
    void aLocalLoadBalancerGetsAHealthCheckPort() {
        JsonNode spec = created("a", "\"type\":\"LoadBalancer\",\"externalTrafficPolicy\":\"Local\"")
                .path("spec");
        int check = spec.path("healthCheckNodePort").asInt();
        assertThat(check)
                .isBetween(30000, 30019)
                .isNotEqualTo(spec.at("/ports/0/nodePort").asInt());
        assertThat(post("b", nodePort("", check)).code()).isEqualTo(422);
        ok(patch("a", "{\"spec\":{\"externalTrafficPolicy\":\"Cluster\"}}"));
        created("b", nodePort("", check));
    }

    @Test
    void failedAndTriedCreatesLeaveNothing() {
        created("a", nodePort("", 0));
        List<String> before = addresses();
        assertThat(post("a", nodePort("", 0)).code()).isEqualTo(409);
        assertThat(http.post(SERVICES + "?dryRun=All", service("b", nodePort("", 0)))
                        .json()
                        .at("/spec/clusterIP")
                        .asText())
                .isNotEmpty();
        assertThat(addresses()).isEqualTo(before);
        assertThat(ports()).hasSize(1);
    }

    @Test
    void concurrentCreatesGetDifferentOnes() throws InterruptedException, ExecutionException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> answers = IntStream.range(0, 16)
                    .mapToObj(i -> threads.submit(() -> post("s" + i, nodePort("", 0))))
                    .toList();
            for (Future<Answer> answer : answers) {
                answered(201, answer.get());
            }
        }
        JsonNode items = http.get(SERVICES).json().path("items");
        assertThat(items.valueStream()
                        .map(s -> s.at("/spec/clusterIP").asText())
                        .distinct())
                .hasSize(17)
                .hasSameElementsAs(addresses());
        assertThat(ports()).hasSize(16);
    }

    @Test
    void aFullRangeIsSaidToBeFull() {
        for (int i = 0; i < 20; i++) {
            created("s" + i, nodePort("", 0));
        }
        Answer noPort = post("t", nodePort("", 0));
        assertThat(noPort.code()).isEqualTo(500);
        assertThat(noPort.json().path("message").asText()).endsWith("failed to allocate a nodePort: range is full");
        for (int i = 20; i < 29; i++) {
            created("s" + i, "\"type\":\"ClusterIP\"");
        }
        Answer noAddress = post("t", "\"type\":\"ClusterIP\"");
        assertThat(noAddress.code()).isEqualTo(500);
        assertThat(noAddress.json().path("message").asText()).endsWith("failed to allocate a serviceIP: range is full");
        ok(http.delete(SERVICES + "/s25"));
        created("t", "\"type\":\"ClusterIP\"");
    }

    @Test
    void aServiceRangeMoreGivesMoreAddresses() {
        String block = "{\"metadata\":{\"name\":\"more\"},\"spec\":{\"cidrs\":[\"10.200.0.0/24\"]}}";
        answered(201, http.post("/apis/networking.k8s.io/v1/servicecidrs", block));
        created("a", "\"clusterIP\":\"10.200.0.7\"");
    }

    @Test
    void aRestartForgetsNothingAndNotesWhatWasThere() {
        created("a", nodePort("\"clusterIP\":\"10.96.0.9\",", 30007));
        ObjectNode old = (ObjectNode) http.get(SERVICES + "/a").json();
        ((ObjectNode) old.path("metadata")).put("name", "old").remove("resourceVersion");
        ((ObjectNode) old.path("spec")).put("clusterIP", "10.96.0.10").remove(List.of("clusterIPs", "ports"));
        byte[] bytes = old.toString().getBytes(StandardCharsets.UTF_8);
        api.store().commit(Commit.of(Op.create("/registry/services/default/old", bytes)));
        api.close();
        start(SMALL);
        assertThat(post("b", nodePort("", 30007)).code()).isEqualTo(422);
        assertThat(post("b", "\"clusterIP\":\"10.96.0.9\"").code()).isEqualTo(422);
        assertThat(post("b", "\"clusterIP\":\"10.96.0.10\"").code()).isEqualTo(422);
        assertThat(http.get(SERVICES + "/kubernetes")
                        .json()
                        .at("/spec/ports/0/targetPort")
                        .asInt())
                .isEqualTo(api.port());
        ok(http.delete(SERVICES + "/old"));
        created("b", "\"clusterIP\":\"10.96.0.10\"");
    }

    @Test
    void aClusterMayHaveTheOtherFamily() {
        api.close();
        directory = directory.resolve("six");
        assertThat(directory.toFile().mkdir()).isTrue();
        start(SMALL.withCidr("fd00:10:96::/120"));
        JsonNode spec = created("a", "\"type\":\"ClusterIP\"").path("spec");
        assertThat(spec.path("clusterIP").asText()).startsWith("fd00:10:96::");
        assertThat(spec.path("ipFamilies").toString()).isEqualTo("[\"IPv6\"]");
        assertThat(addresses())
                .containsExactlyInAnyOrder(
                        "fd00:10:96::1", spec.path("clusterIP").asText());
        Answer other = post("b", "\"clusterIP\":\"10.96.0.9\"");
        assertThat(other.code()).isEqualTo(422);
        assertThat(other.json().path("message").asText())
                .endsWith("spec.clusterIPs[0]: Invalid value: [\"10.96.0.9\"]: IPv4 is not configured on this cluster");
    }

    private static String nodePort(String more, int port) {
        String named = port == 0 ? "" : ",\"nodePort\":" + port;
        return more + "\"type\":\"NodePort\",\"ports\":[{\"port\":80" + named + "}]";
    }

    private static String service(String name, String spec) {
        String ports = spec.contains("\"ports\"") ? "" : ",\"ports\":[{\"port\":80}]";
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{" + spec + ports + "}}";
    }

    private Answer post(String name, String spec) {
        return http.post(SERVICES, service(name, spec));
    }

    private JsonNode created(String name, String spec) {
        return answered(201, post(name, spec));
    }

    private Answer patch(String name, String patch) {
        return http.patch(SERVICES + "/" + name, "merge", patch);
    }

    private List<String> addresses() {
        return http.get(ADDRESSES)
                .json()
                .path("items")
                .valueStream()
                .map(i -> i.at("/metadata/name").asText())
                .toList();
    }

    /** Node ports that are taken, as the store has them. */
    private List<Integer> ports() {
        return IntStream.rangeClosed(30000, 30019)
                .filter(p -> api.store()
                        .get("/registry/ranges/servicenodeports/" + p)
                        .isPresent())
                .boxed()
                .toList();
    }

    private static JsonNode ok(Answer answer) {
        return answered(200, answer);
    }

    private static JsonNode answered(int code, Answer answer) {
        assertThat(answer.code()).as(answer.body()).isEqualTo(code);
        return answer.json();
    }
}

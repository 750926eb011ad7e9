package io.lembos.apiserver.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.authn.Identity;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group that another server answers for is served as if it were our own, and is told of when that server is away. */
class AggregationIT {
    private static final String GROUP = "/apis/weather.example.org/v1";
    private static final String SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices";
    private static final String NAME = "v1.weather.example.org";
    private static final String RESOURCES = """
            {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"weather.example.org/v1","resources":[
             {"name":"storms","singularName":"storm","namespaced":true,"kind":"Storm","verbs":["get","list"],
              "shortNames":["st"]},
             {"name":"storms/path","singularName":"","namespaced":true,"kind":"Path","verbs":["get"]}]}
            """;

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private ApiServerFixture api;
    private HttpCaller http;
    private HttpServer other;

    @BeforeEach
    void start() throws Exception {
        api = ApiServerFixture.start(directory);
        http = api.admin();
        HttpServerOptions options = new HttpServerOptions()
                .setSsl(true)
                .setSni(true)
                .setClientAuth(ClientAuth.REQUIRED)
                .setTrustOptions(new PemTrustOptions()
                        .addCertPath(directory.resolve("ca.crt").toString()))
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertPath(directory.resolve("server.crt").toString())
                        .addKeyPath(directory.resolve("server.key").toString()));
        other = vertx.createHttpServer(options)
                .requestHandler(AggregationIT::answer)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
    }

    @AfterEach
    void stop() {
        api.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void requestsGoToTheOtherServerInTheNameOfTheCaller() {
        register();
        awaitAvailable("True");
        HttpCaller admin = api.caller(Identity.of("jane", Identity.MASTERS, "team"), Version.HTTP_2);
        HttpRequest.Builder request = admin.request(GROUP + "/namespaces/default/storms?limit=5")
                .header("X-Remote-User", "somebody-else")
                .header("X-Remote-Group", "not-mine")
                .POST(HttpRequest.BodyPublishers.ofString("hello"));
        JsonNode echo = admin.send(request).json();
        assertThat(echo.path("user").asText()).isEqualTo("jane");
        assertThat(echo.path("groups").asText()).isEqualTo("system:masters,team,system:authenticated");
        assertThat(echo.path("peer").asText()).contains("CN=front-proxy-client");
        assertThat(echo.path("uri").asText()).isEqualTo(GROUP + "/namespaces/default/storms?limit=5");
        assertThat(echo.path("body").asText()).isEqualTo("hello");
        assertThat(echo.path("authorization").asText()).isEmpty();
    }

    @Test
    void whoMayNotIsRefusedBeforeAnythingIsPassedOn() {
        register();
        awaitAvailable("True");
        Answer refused = api.caller(ApiServerFixture.NOBODY, Version.HTTP_2).get(GROUP + "/namespaces/default/storms");
        assertThat(refused.code()).isEqualTo(403);
    }

    @Test
    void discoveryNamesItsKindsBesideOurs() {
        register();
        awaitAvailable("True");
        assertThat(http.get("/apis").body()).contains("weather.example.org/v1").contains("apps/v1");
        String accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
        await().untilAsserted(() -> {
            JsonNode groups = http.getAs("/apis", accept).json().path("items");
            JsonNode weather = groups.valueStream()
                    .filter(g -> g.at("/metadata/name").asText().equals("weather.example.org"))
                    .findFirst()
                    .orElseThrow()
                    .at("/versions/0");
            assertThat(weather.path("freshness").asText()).isEqualTo("Current");
            assertThat(weather.at("/resources/0/resource").asText()).isEqualTo("storms");
            assertThat(weather.at("/resources/0/subresources/0/subresource").asText())
                    .isEqualTo("path");
            assertThat(weather.at("/resources/0/responseKind/kind").asText()).isEqualTo("Storm");
        });
        assertThat(http.get(GROUP).json().at("/resources/0/name").asText()).isEqualTo("storms");
        assertThat(http.get("/openapi/v3").body()).contains("apis/weather.example.org/v1");
    }

    @Test
    void aServerThatIsAwayIsUnavailable() {
        register();
        awaitAvailable("True");
        other.close().toCompletionStage().toCompletableFuture().join();
        Answer away = http.get(GROUP + "/namespaces/default/storms");
        assertThat(away.code()).isEqualTo(503);
        assertThat(away.json().path("message").asText()).startsWith("error trying to reach service: ");
        http.patch(SERVICES + "/" + NAME, "merge", "{\"metadata\":{\"labels\":{\"look\":\"now\"}}}");
        awaitAvailable("False");
        JsonNode condition = http.get(SERVICES + "/" + NAME).json().at("/status/conditions/0");
        assertThat(condition.path("reason").asText()).isEqualTo("FailedDiscoveryCheck");
        http.delete(SERVICES + "/" + NAME);
        await().untilAsserted(() -> assertThat(http.get(GROUP).code()).isEqualTo(404));
    }

    @Test
    void everyGroupOfOurOwnHasAnApiService() {
        await().untilAsserted(() -> {
            JsonNode apps = http.get(SERVICES + "/v1.apps").json();
            assertThat(apps.at("/spec/group").asText()).isEqualTo("apps");
            assertThat(apps.at("/status/conditions/0/reason").asText()).isEqualTo("Local");
            assertThat(http.get(SERVICES + "/v1.").code()).isEqualTo(200);
        });
        String definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        http.post(definitions, """
                {"metadata":{"name":"ships.sea.example.org"},"spec":{"group":"sea.example.org","scope":"Cluster",
                 "names":{"plural":"ships","kind":"Ship"},"versions":[{"name":"v1","served":true,"storage":true,
                 "schema":{"openAPIV3Schema":{"type":"object"}}}]}}
                """);
        await().untilAsserted(() ->
                assertThat(http.get(SERVICES + "/v1.sea.example.org").code()).isEqualTo(200));
        http.delete(definitions + "/ships.sea.example.org");
        await().untilAsserted(() ->
                assertThat(http.get(SERVICES + "/v1.sea.example.org").code()).isEqualTo(404));
    }

    @Test
    void aGroupOfOurOwnCanBeGivenToAnotherServerAndComesBack() {
        String name = SERVICES + "/v1.node.k8s.io";
        String classes = "/apis/node.k8s.io/v1/runtimeclasses";
        await().untilAsserted(() -> assertThat(http.get(name).code()).isEqualTo(200));
        weather();
        String given = "{\"spec\":{\"insecureSkipTLSVerify\":true,\"service\":{\"namespace\":\"default\","
                + "\"name\":\"weather\",\"port\":" + other.actualPort() + "}}}";

        assertThat(http.patch(name, "merge", given).code()).isEqualTo(200);
        await().untilAsserted(() ->
                assertThat(http.get(classes).json().path("uri").asText()).isEqualTo(classes));
        awaitReason(name, "Passed");
        assertThat(http.delete(name).code()).isEqualTo(200);
        await().untilAsserted(() ->
                assertThat(http.get(classes).json().path("kind").asText()).isEqualTo("RuntimeClassList"));
        awaitReason(name, "Local");

        http.patch(name, "merge", given);
        awaitReason(name, "Passed");
        http.patch(name, "merge", "{\"spec\":{\"insecureSkipTLSVerify\":null,\"service\":null}}");
        awaitReason(name, "Local");
        assertThat(http.get(classes).json().path("kind").asText()).isEqualTo("RuntimeClassList");
    }

    private void awaitReason(String apiService, String reason) {
        await().untilAsserted(() -> assertThat(http.get(apiService)
                        .json()
                        .at("/status/conditions/0/reason")
                        .asText())
                .isEqualTo(reason));
    }

    private void weather() {
        http.post(
                "/api/v1/namespaces/default/services",
                "{\"metadata\":{\"name\":\"weather\"},\"spec\":{\"type\":\"ExternalName\",\"externalName\":\"localhost\"}}");
    }

    private void register() {
        weather();
        String spec = "{\"group\":\"weather.example.org\",\"version\":\"v1\",\"groupPriorityMinimum\":1000,"
                + "\"versionPriority\":15,\"insecureSkipTLSVerify\":true,\"service\":{\"namespace\":\"default\","
                + "\"name\":\"weather\",\"port\":" + other.actualPort() + "}}";
        Answer answer = http.post(SERVICES, "{\"metadata\":{\"name\":\"" + NAME + "\"},\"spec\":" + spec + "}");
        assertThat(answer.code()).as(answer.body()).isEqualTo(201);
    }

    private void awaitAvailable(String status) {
        await().untilAsserted(() -> assertThat(http.get(SERVICES + "/" + NAME)
                        .json()
                        .at("/status/conditions/0/status")
                        .asText())
                .isEqualTo(status));
    }

    private static void answer(HttpServerRequest request) {
        if (request.path().equals(GROUP)) {
            request.response().putHeader("Content-Type", "application/json").end(RESOURCES);
            return;
        }
        request.body().onSuccess(body -> {
            String echo = "{\"user\":\"" + request.getHeader("X-Remote-User") + "\",\"groups\":\""
                    + String.join(",", request.headers().getAll("X-Remote-Group")) + "\",\"peer\":\"" + peer(request)
                    + "\",\"uri\":\"" + request.uri() + "\",\"authorization\":\""
                    + (request.getHeader("Authorization") == null ? "" : "there") + "\",\"body\":\""
                    + body.toString(StandardCharsets.UTF_8) + "\"}";
            request.response().putHeader("Content-Type", "application/json").end(echo);
        });
    }

    private static String peer(HttpServerRequest request) {
        try {
            return request.sslSession().getPeerPrincipal().getName();
        } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
            return "";
        }
    }
}

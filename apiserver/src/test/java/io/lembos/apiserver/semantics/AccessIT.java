package io.lembos.apiserver.semantics;

import static io.lembos.apiserver.semantics.Bodies.MAPS;
import static io.lembos.apiserver.semantics.Bodies.PODS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.time.FakeClock;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what: by roles and bindings that users write, and by the tokens of service accounts. */
class AccessIT {
    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1";
    private static final String ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts";
    private static final String USER = "system:serviceaccount:default:robot";

    @TempDir
    Path directory;

    private final FakeClock clock = new FakeClock(Instant.parse("2030-01-01T00:00:00Z"));
    private ApiServerFixture api;
    private HttpCaller admin;
    private HttpCaller anonymous;

    @BeforeEach
    void start() {
        api = ApiServerFixture.start(directory, ApiServerFixture.Options.real().with(clock));
        admin = api.admin();
        anonymous = api.caller(Optional.empty(), Version.HTTP_2);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aRoleBindingGivesItsRoleInItsNamespaceOnly() {
        HttpCaller jane = api.caller(Identity.of("jane"), Version.HTTP_2);
        assertThat(jane.get(MAPS).code()).isEqualTo(403);
        role("reader", "", "configmaps", "get,list");
        bind(
                "readers",
                "Role",
                "reader",
                "{\"kind\":\"User\",\"apiGroup\":\"rbac.authorization.k8s.io\",\"name\":\"jane\"}");
        await().untilAsserted(() -> assertThat(jane.get(MAPS).code()).isEqualTo(200));
        assertThat(jane.get("/api/v1/configmaps").code()).isEqualTo(403);
        assertThat(jane.get("/api/v1/namespaces/kube-system/configmaps").code()).isEqualTo(403);
        assertThat(jane.post(MAPS, Bodies.configMap("a", "1")).code()).isEqualTo(403);
        admin.delete(RBAC + "/namespaces/default/rolebindings/readers");
        await().untilAsserted(() -> assertThat(jane.get(MAPS).code()).isEqualTo(403));
    }

    @Test
    void aChangedRoleHoldsAtOnceForThoseWhoHaveIt() {
        HttpCaller jane = api.caller(Identity.of("jane", "team"), Version.HTTP_2);
        role("reader", "", "configmaps", "list");
        bind(
                "readers",
                "Role",
                "reader",
                "{\"kind\":\"Group\",\"apiGroup\":\"rbac.authorization.k8s.io\",\"name\":\"team\"}");
        await().untilAsserted(() -> assertThat(jane.get(MAPS).code()).isEqualTo(200));
        admin.patch(
                RBAC + "/namespaces/default/roles/reader",
                "merge",
                "{\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"pods\"],\"verbs\":[\"list\"]}]}");
        await().untilAsserted(() -> assertThat(jane.get(PODS).code()).isEqualTo(200));
        assertThat(jane.get(MAPS).code()).isEqualTo(403);
    }

    @Test
    void everybodyHasTheRolesOfEveryCluster() {
        HttpCaller jane = api.caller(Identity.of("jane"), Version.HTTP_2);
        assertThat(admin.get(RBAC + "/clusterroles/view").json().at("/aggregationRule/clusterRoleSelectors"))
                .hasSize(1);
        assertThat(jane.get("/apis").code()).isEqualTo(200);
        JsonNode rules = jane.post(
                        "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
                        "{\"spec\":{\"namespace\":\"default\"}}")
                .json();
        assertThat(rules.at("/status/resourceRules").toString()).contains("selfsubjectaccessreviews");
        assertThat(rules.at("/status/nonResourceRules").toString()).contains("/openapi/*");
    }

    @Test
    void nobodyGivesAwayWhatItDoesNotHave() {
        HttpCaller jane = api.caller(Identity.of("jane"), Version.HTTP_2);
        role("manager", "rbac.authorization.k8s.io", "roles", "create,update");
        bind("managers", "Role", "manager", user("jane"));
        String roles = RBAC + "/namespaces/default/roles";
        String rule = "{\"apiGroups\":[\"\"],\"resources\":[\"secrets\"],\"verbs\":[\"get\"]}";
        String role = "{\"metadata\":{\"name\":\"more\"},\"rules\":[" + rule + "]}";
        await().untilAsserted(() -> assertThat(
                        jane.post(roles, role).json().path("message").asText())
                .isEqualTo("roles.rbac.authorization.k8s.io \"more\" is forbidden: user \"jane\""
                        + " (groups=[\"system:authenticated\"]) is attempting to grant RBAC permissions not currently"
                        + " held:\n{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\"]}"));
        role("secret-reader", "", "secrets", "get,list");
        bind("secret-readers", "Role", "secret-reader", user("jane"));
        await().untilAsserted(() -> assertThat(jane.post(roles, role).code()).isEqualTo(201));
    }

    @Test
    void aRoleIsBoundOnlyByThoseWhoHaveItOrMayBindIt() {
        HttpCaller jane = api.caller(Identity.of("jane"), Version.HTTP_2);
        role("binder", "rbac.authorization.k8s.io", "rolebindings", "create");
        bind("binders", "Role", "binder", user("jane"));
        String bindings = RBAC + "/namespaces/default/rolebindings";
        String binding = binding("views", "ClusterRole", "system:aggregate-to-view", user("jane"));
        await().untilAsserted(() -> {
            Answer refused = jane.post(bindings, binding);
            assertThat(refused.code()).isEqualTo(403);
            assertThat(refused.json().path("message").asText()).contains("not currently held");
        });
        role("may-bind", "rbac.authorization.k8s.io", "clusterroles", "bind");
        bind("may-binds", "Role", "may-bind", user("jane"));
        await().untilAsserted(
                        () -> assertThat(jane.post(bindings, binding).code()).isEqualTo(201));
    }

    @Test
    void aServiceAccountActsByItsToken() {
        String token = token("{}").at("/status/token").asText();
        Answer refused = asBearer(token, MAPS);
        assertThat(refused.code()).isEqualTo(403);
        assertThat(refused.json().path("message").asText())
                .isEqualTo("configmaps is forbidden: User \"" + USER
                        + "\" cannot list resource \"configmaps\" in API group \"\" in the namespace \"default\"");
        role("reader", "", "configmaps", "list");
        bind("robots", "Role", "reader", "{\"kind\":\"ServiceAccount\",\"name\":\"robot\",\"namespace\":\"default\"}");
        await().untilAsserted(() -> assertThat(asBearer(token, MAPS).code()).isEqualTo(200));
    }

    @Test
    void aTokenSaysWhatKubernetesTokensSay() throws Exception {
        JsonNode request = token("{\"spec\":{\"audiences\":[\"vault\"],\"expirationSeconds\":600}}");
        assertThat(request.path("kind").asText()).isEqualTo("TokenRequest");
        String[] parts = request.at("/status/token").asText().split("\\.");
        JsonNode claims = new com.fasterxml.jackson.databind.ObjectMapper()
                .readTree(Base64.getUrlDecoder().decode(parts[1]));
        assertThat(claims.path("aud").toString()).isEqualTo("[\"vault\"]");
        assertThat(claims.path("sub").asText()).isEqualTo(USER);
        assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(600);
        assertThat(claims.at("/kubernetes.io/serviceaccount/name").asText()).isEqualTo("robot");
        assertThat(asBearer(request.at("/status/token").asText(), "/api").code())
                .isEqualTo(401);
        JsonNode review = admin.post(
                        "/apis/authentication.k8s.io/v1/tokenreviews",
                        "{\"spec\":{\"audiences\":[\"vault\",\"x\"],\"token\":\""
                                + request.at("/status/token").asText() + "\"}}")
                .json();
        assertThat(review.at("/status/authenticated").asBoolean()).isTrue();
        assertThat(review.at("/status/user/username").asText()).isEqualTo(USER);
        assertThat(review.at("/status/audiences").toString()).isEqualTo("[\"vault\"]");
    }

    @Test
    void aTokenEndsWithItsTimeItsAccountAndWhatItIsBoundTo() {
        account();
        admin.post(PODS, Bodies.pod("p", "").replace("\"spec\":{", "\"spec\":{\"serviceAccountName\":\"robot\","));
        String bound = tokenOf(
                        "{\"spec\":{\"boundObjectRef\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"name\":\"p\"}}}")
                .at("/status/token")
                .asText();
        String free = tokenOf("{}").at("/status/token").asText();
        assertThat(asBearer(bound, "/api").code()).isEqualTo(200);
        admin.call("DELETE", PODS + "/p", "application/json", "{\"gracePeriodSeconds\":0}");
        assertThat(asBearer(bound, "/api").code()).isEqualTo(401);
        assertThat(asBearer(free, "/api").code()).isEqualTo(200);
        clock.advance(Duration.ofMinutes(61));
        assertThat(asBearer(free, "/api").code()).isEqualTo(401);
        String last = tokenOf("{}").at("/status/token").asText();
        assertThat(asBearer(last, "/api").code()).isEqualTo(200);
        admin.delete(ACCOUNTS + "/robot");
        assertThat(asBearer(last, "/api").code()).isEqualTo(401);
        account();
        assertThat(asBearer(last, "/api").code()).isEqualTo(401);
    }

    @Test
    void aBadTokenIsRefused() {
        String token = token("{}").at("/status/token").asText();
        String body = token.substring(0, token.lastIndexOf('.') + 1);
        assertThat(asBearer(body + "AAAA", "/api").code()).isEqualTo(401);
        assertThat(asBearer("rubbish", "/api").code()).isEqualTo(401);
        Answer shortLived = admin.post(ACCOUNTS + "/robot/token", "{\"spec\":{\"expirationSeconds\":10}}");
        assertThat(shortLived.code()).isEqualTo(422);
        assertThat(shortLived.json().path("message").asText())
                .contains("may not specify a duration less than 10 minutes");
        assertThat(admin.get("/openid/v1/jwks").json().path("keys")).hasSize(1);
    }

    private Answer asBearer(String token, String path) {
        HttpRequest.Builder request = anonymous.request(path).header("Authorization", "Bearer " + token);
        return anonymous.send(request.GET());
    }

    private JsonNode token(String request) {
        account();
        return tokenOf(request);
    }

    private void account() {
        admin.post(ACCOUNTS, Bodies.object("\"name\":\"robot\""));
    }

    private JsonNode tokenOf(String request) {
        Answer answer = admin.post(ACCOUNTS + "/robot/token", request);
        assertThat(answer.code()).as(answer.body()).isEqualTo(201);
        return answer.json();
    }

    private void role(String name, String group, String resource, String verbs) {
        String rule = "{\"apiGroups\":[\"" + group + "\"],\"resources\":[\"" + resource + "\"],\"verbs\":[\""
                + verbs.replace(",", "\",\"") + "\"]}";
        Answer answer = admin.post(
                RBAC + "/namespaces/default/roles",
                "{\"metadata\":{\"name\":\"" + name + "\"},\"rules\":[" + rule + "]}");
        assertThat(answer.code()).as(answer.body()).isEqualTo(201);
    }

    private static String user(String name) {
        return "{\"kind\":\"User\",\"apiGroup\":\"rbac.authorization.k8s.io\",\"name\":\"" + name + "\"}";
    }

    private void bind(String name, String kind, String role, String subject) {
        Answer answer = admin.post(RBAC + "/namespaces/default/rolebindings", binding(name, kind, role, subject));
        assertThat(answer.code()).as(answer.body()).isEqualTo(201);
    }

    private static String binding(String name, String kind, String role, String subject) {
        return "{\"metadata\":{\"name\":\"" + name
                + "\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"" + kind + "\",\"name\":\""
                + role + "\"},\"subjects\":[" + subject + "]}";
    }
}

package io.lembos.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.authn.Identity;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import io.lembos.apiserver.testing.TestPki;
import java.net.http.HttpClient.Version;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is refused in Kubernetes' words, and leaves nothing behind: after each test the revision is the same. */
class BadInputIT {
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";

    @TempDir
    static Path directory;

    private static ApiServerFixture api;
    private static HttpCaller admin;
    private long revision;

    @BeforeAll
    static void start() {
        api = ApiServerFixture.start(directory);
        admin = api.admin();
        assertThat(admin.post(MAPS, configMap("present", "")).code()).isEqualTo(201);
        assertThat(admin.post(DEPLOYMENTS, deployment("web", "web")).code()).isEqualTo(201);
        assertThat(admin.post(PODS, pod("running")).code()).isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void rememberRevision() {
        revision = api.store().revision();
    }

    @AfterEach
    void nothingIsStored() {
        assertThat(api.store().revision()).isEqualTo(revision);
    }

    @Test
    void bodyThatIsNoJson() {
        refused(admin.post(PODS, "{\"kind\":"), 400, "BadRequest")
                .message("the object provided is unrecognized (must be of type Pod): couldn't get version/kind;"
                        + " json parse error: ")
                .endsWith(" ({\"kind\":)");
        refused(admin.post(PODS, ""), 400, "BadRequest").endsWith("unexpected end of JSON input (<empty>)");
        refused(admin.post(PODS, "[1]"), 400, "BadRequest").endsWith("json: cannot unmarshal array (5b315d)");
        refused(admin.call("POST", PODS, "application/yaml", "a: [b"), 400, "BadRequest")
                .message("the object provided is unrecognized (must be of type Pod): error converting YAML to JSON: ");
    }

    @Test
    void fieldThatDoesNotExist() {
        String body = "{\"metadata\":{\"name\":\"a\"},\"data\":{},\"spec\":{\"x\":1},\"metadat\":{}}";
        refused(admin.post(MAPS + "?fieldValidation=Strict", body), 400, "BadRequest")
                .is("strict decoding error: unknown field \"spec\", unknown field \"metadat\"");
        refused(admin.post(MAPS + "?fieldValidation=Sometimes", body), 422, "Invalid")
                .is(
                        "CreateOptions.meta.k8s.io \"\" is invalid: fieldValidation: Unsupported value: \"Sometimes\": supported"
                                + " values: \"\", \"Ignore\", \"Strict\", \"Warn\"");
        assertThat(warnings(admin.post(MAPS + "?dryRun=All", body)))
                .containsExactlyInAnyOrder(
                        "299 - \"unknown field \\\"spec\\\"\"", "299 - \"unknown field \\\"metadat\\\"\"");
        assertThat(warnings(admin.post(MAPS + "?dryRun=All&fieldValidation=Ignore", body)))
                .isEmpty();
    }

    @Test
    void fieldThatStandsTwice() {
        String body = "{\"metadata\":{\"name\":\"a\",\"name\":\"b\"}}";
        refused(admin.post(MAPS + "?fieldValidation=Strict", body), 400, "BadRequest")
                .is("strict decoding error: duplicate field \"metadata.name\"");
        Answer warned = admin.post(MAPS + "?dryRun=All&fieldValidation=Warn", body);
        assertThat(warnings(warned)).containsExactly("299 - \"duplicate field \\\"metadata.name\\\"\"");
        assertThat(warned.json().at("/metadata/name").asText()).isEqualTo("b");
    }

    @Test
    void valueOfTheWrongType() {
        refused(
                        admin.post(DEPLOYMENTS, "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"replicas\":\"two\"}}"),
                        400,
                        "BadRequest")
                .is(
                        "Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal string into Go"
                                + " struct field DeploymentSpec.spec.replicas of type int32");
        refused(admin.post(MAPS, "{\"metadata\":[]}"), 400, "BadRequest")
                .message("ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal array");
        refused(admin.post(MAPS, "{\"metadata\":{\"name\":\"a\"},\"data\":{\"a\":1}}"), 400, "BadRequest")
                .message("ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal number");
    }

    @Test
    void nameThatIsNone() {
        String why =
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and"
                        + " must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is"
                        + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
        refused(admin.post(MAPS, configMap("No_Good", "")), 422, "Invalid")
                .is("ConfigMap \"No_Good\" is invalid: metadata.name: Invalid value: \"No_Good\": " + why)
                .about("", "ConfigMap", "No_Good")
                .cause("FieldValueInvalid", "metadata.name", "Invalid value: \"No_Good\": " + why);
        refused(admin.post(MAPS, "{\"metadata\":{}}"), 422, "Invalid")
                .is("ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required")
                .cause("FieldValueRequired", "metadata.name", "Required value: name or generateName is required");
        refused(admin.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"a.b\"}}"), 422, "Invalid")
                .message(
                        "Namespace \"a.b\" is invalid: metadata.name: Invalid value: \"a.b\": a lowercase RFC 1123 label");
    }

    @Test
    void objectThatIsNotWhereItSaysItIs() {
        refused(admin.put(MAPS + "/present", configMap("other", "")), 400, "BadRequest")
                .is("the name of the object (other) does not match the name on the URL (present)");
        String elsewhere = "{\"metadata\":{\"name\":\"a\",\"namespace\":\"kube-system\"}}";
        refused(admin.post(MAPS, elsewhere), 400, "BadRequest")
                .is("the namespace of the provided object does not match the namespace sent on the request");
        refused(admin.put(MAPS + "/a", elsewhere), 400, "BadRequest")
                .is("the namespace of the provided object does not match the namespace sent on the request");
        refused(admin.post("/api/v1/namespaces/nowhere/configmaps", configMap("a", "")), 404, "NotFound")
                .is("namespaces \"nowhere\" not found")
                .about("", "namespaces", "nowhere");
        refused(
                        admin.post(MAPS, "{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"}}"),
                        400,
                        "BadRequest")
                .message("Secret in version \"v1\" cannot be handled as a ConfigMap: ");
        refused(
                        admin.post(
                                MAPS, "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v2\",\"metadata\":{\"name\":\"a\"}}"),
                        400,
                        "BadRequest")
                .is("the API version in the data (v2) does not match the expected API version (v1)");
    }

    @Test
    void objectThatIsNoLongerWhatItWas() {
        refused(admin.put(MAPS + "/present", configMap("present", "\"resourceVersion\":\"1\"")), 409, "Conflict")
                .is(
                        "Operation cannot be fulfilled on configmaps \"present\": the object has been modified; please apply"
                                + " your changes to the latest version and try again")
                .about("", "configmaps", "present");
        refused(
                admin.patch(MAPS + "/present", "merge", "{\"metadata\":{\"resourceVersion\":\"1\"},\"data\":{}}"),
                409,
                "Conflict");
        String uid = admin.get(MAPS + "/present").json().at("/metadata/uid").asText();
        String why =
                "Operation cannot be fulfilled on configmaps \"present\": Precondition failed: UID in precondition:"
                        + " 123, UID in object meta: " + uid;
        refused(admin.put(MAPS + "/present", configMap("present", "\"uid\":\"123\"")), 409, "Conflict")
                .is(why);
        refused(delete(MAPS + "/present", "{\"preconditions\":{\"uid\":\"123\"}}"), 409, "Conflict")
                .is(why);
        refused(delete(MAPS + "/present", "{\"preconditions\":{\"resourceVersion\":\"1\"}}"), 409, "Conflict")
                .message(
                        "Operation cannot be fulfilled on configmaps \"present\": Precondition failed: ResourceVersion in"
                                + " precondition: 1, ");
    }

    @Test
    void objectThatIsThereAlreadyOrNotAtAll() {
        refused(admin.post(MAPS, configMap("present", "")), 409, "AlreadyExists")
                .is("configmaps \"present\" already exists")
                .about("", "configmaps", "present");
        refused(admin.post(MAPS + "?dryRun=All", configMap("present", "")), 409, "AlreadyExists");
        refused(admin.post(MAPS, configMap("new", "\"resourceVersion\":\"7\"")), 400, "BadRequest")
                .is("resourceVersion should not be set on objects to be created");
        for (String method : List.of("GET", "DELETE")) {
            refused(admin.call(method, DEPLOYMENTS + "/none", "application/json", ""), 404, "NotFound")
                    .is("deployments.apps \"none\" not found")
                    .about("apps", "deployments", "none");
        }
        refused(admin.put(DEPLOYMENTS + "/none", deployment("none", "web")), 404, "NotFound");
        refused(admin.patch(DEPLOYMENTS + "/none", "merge", "{}"), 404, "NotFound");
    }

    @Test
    void pathThatIsNotServed() {
        for (String path : List.of(
                "/api/v1/nonsense",
                "/api/v2/pods",
                "/apis/nonsense.io/v1/things",
                "/apis/apps/v9/deployments",
                PODS + "/running/nonsense",
                MAPS + "/present/status",
                "/api/v1/namespaces/default/nodes",
                "/api/v1/pods/running",
                "/nonsense",
                "/apis/nonsense.io")) {
            refused(admin.get(path), 404, "NotFound").is("the server could not find the requested resource");
        }
    }

    @Test
    void methodThatIsNotAllowed() {
        String why = "the server does not allow this method on the requested resource";
        refused(admin.put(MAPS, configMap("a", "")), 405, "MethodNotAllowed").is(why);
        refused(admin.post(MAPS + "/present", configMap("present", "")), 405, "MethodNotAllowed")
                .is(why);
        refused(admin.delete("/api/v1/namespaces"), 405, "MethodNotAllowed").is(why);
        refused(admin.delete(DEPLOYMENTS + "/web/scale"), 405, "MethodNotAllowed")
                .is(why);
        refused(admin.get(PODS + "/running/binding"), 405, "MethodNotAllowed").is(why);
        refused(admin.get("/apis/authorization.k8s.io/v1/subjectaccessreviews"), 405, "MethodNotAllowed")
                .is(why);
        refused(admin.call("TRACE2", MAPS, "application/json", ""), 405, "MethodNotAllowed")
                .is(why);
    }

    @Test
    void mediaTypeThatIsNotSpoken() {
        refused(admin.call("POST", MAPS, "text/plain", configMap("a", "")), 415, "UnsupportedMediaType")
                .is("the body of the request was in an unknown format - accepted media types include: application/json,"
                        + " application/yaml, application/vnd.kubernetes.protobuf");
        refused(admin.call("PATCH", MAPS + "/present", "application/json", "{}"), 415, "UnsupportedMediaType")
                .message("the body of the request was in an unknown format - accepted media types include:"
                        + " application/json-patch+json, application/merge-patch+json,");
        refused(admin.getAs(MAPS, "text/html"), 406, "NotAcceptable")
                .message("only the following media types are accepted: application/json, application/yaml");
        refused(admin.getAs(MAPS, "application/json;as=Sculpture;g=meta.k8s.io;v=v1"), 406, "NotAcceptable");
        refused(admin.call("POST", MAPS, "application/vnd.kubernetes.protobuf", "no protobuf"), 400, "BadRequest")
                .message("error decoding the protobuf body: provided data does not appear to be a protobuf message");
    }

    @Test
    void bodyThatIsTooLarge() {
        String large = configMap("large", "\"annotations\":{\"a\":\"" + "x".repeat(3 * 1024 * 1024) + "\"}");
        refused(admin.post(MAPS, large), 413, "RequestEntityTooLarge").is("Request entity too large: limit is 3145728");
        String annotations = configMap("large", "\"annotations\":{\"a\":\"" + "x".repeat(256 * 1024) + "\"}");
        refused(admin.post(MAPS, annotations), 422, "Invalid")
                .message(
                        "ConfigMap \"large\" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes");
    }

    @Test
    void selectorThatCannotBeRead() {
        refused(admin.get(MAPS + "?labelSelector=a%3D%3D%3Db"), 400, "BadRequest")
                .message("unable to parse requirement: ");
        refused(admin.get(MAPS + "?labelSelector=a%20in%20b"), 400, "BadRequest")
                .message("unable to parse requirement: ");
        refused(admin.get(MAPS + "?fieldSelector=nonsense"), 400, "BadRequest")
                .is("invalid selector: 'nonsense'; can't understand 'nonsense'");
        refused(admin.get(MAPS + "?fieldSelector=spec.x%3D1"), 400, "BadRequest")
                .is("field label not supported: spec.x");
        refused(admin.get(MAPS + "?watch=1&fieldSelector=spec.x%3D1"), 400, "BadRequest");
        refused(admin.delete(MAPS + "?labelSelector=%3D"), 400, "BadRequest");
    }

    @Test
    void positionThatCannotBeRead() {
        refused(admin.get(MAPS + "?continue=nonsense"), 400, "BadRequest").message("invalid continue token: ");
        refused(admin.get(MAPS + "?limit=many"), 400, "BadRequest");
        refused(admin.get(MAPS + "?resourceVersion=new"), 400, "BadRequest")
                .message("resourceVersion: Invalid value: \"new\"");
        refused(admin.get(MAPS + "?watch=1&resourceVersion=new"), 400, "BadRequest")
                .message("resourceVersion: Invalid value: \"new\"");
        refused(admin.get(MAPS + "?resourceVersion=1&resourceVersionMatch=Roughly"), 422, "Invalid")
                .message(
                        "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Unsupported value: \"Roughly\"");
        refused(admin.get(MAPS + "?resourceVersionMatch=Exact"), 422, "Invalid")
                .message(
                        "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is"
                                + " forbidden unless resourceVersion is provided");
        refused(admin.get(MAPS + "?resourceVersion=99999999"), 504, "Timeout")
                .message("Too large resource version: 99999999, current: " + revision);
        refused(admin.get(MAPS + "?watch=1&sendInitialEvents=true"), 422, "Invalid")
                .message("ListOptions.meta.k8s.io \"\" is invalid: ");
        refused(admin.post(MAPS + "?dryRun=Some", configMap("a", "")), 422, "Invalid")
                .is("CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: \"Some\": supported values:"
                        + " \"All\"");
        refused(delete(MAPS + "/present", "{\"gracePeriodSeconds\":\"soon\"}"), 400, "BadRequest")
                .message("DeleteOptions in version \"v1\" cannot be handled as a DeleteOptions: json: cannot unmarshal"
                        + " string");
        refused(delete(MAPS + "/present", "{\"dryRun\":[\"Some\"]}"), 422, "Invalid");
    }

    @Test
    void patchThatDoesNotFit() {
        String present = MAPS + "/present";
        refused(admin.patch(present, "merge", "{\"kind\":\"Secret\"}"), 400, "BadRequest")
                .message("Secret in version \"v1\" cannot be handled as a ConfigMap: ");
        refused(admin.patch(present, "json", "{}"), 400, "BadRequest").message("error decoding patch: ");
        refused(admin.patch(present, "merge", "[]"), 400, "BadRequest").message("error decoding patch: ");
        refused(
                admin.patch(present, "json", "[{\"op\":\"test\",\"path\":\"/data/a\",\"value\":\"x\"}]"),
                422,
                "Invalid");
        refused(admin.patch(present, "json", "[{\"op\":\"remove\",\"path\":\"/data/none\"}]"), 422, "Invalid");
        refused(admin.patch(present, "merge", "{\"data\":null,\"metadata\":{\"name\":\"other\"}}"), 400, "BadRequest");
        refused(admin.patch(present, "merge", "{\"metadata\":null}"), 400, "BadRequest");
        refused(admin.patch(present + "?fieldValidation=Strict", "merge", "{\"spec\":{\"a\":1}}"), 400, "BadRequest")
                .is("strict decoding error: unknown field \"spec\"");
    }

    @Test
    void fieldThatMayNotChange() {
        refused(admin.put(DEPLOYMENTS + "/web", deployment("web", "other")), 422, "Invalid")
                .message("Deployment.apps \"web\" is invalid: spec.selector: Invalid value: ")
                .endsWith(": field is immutable")
                .about("apps", "Deployment", "web");
        refused(admin.patch(PODS + "/running", "merge", "{\"spec\":{\"restartPolicy\":\"Never\"}}"), 422, "Invalid")
                .message("Pod \"running\" is invalid: spec: Forbidden: pod updates may not change fields other than ");
        String time = "{\"metadata\":{\"creationTimestamp\":\"2001-01-01T00:00:00Z\"}}";
        refused(admin.patch(PODS + "/running", "merge", time), 422, "Invalid")
                .message("Pod \"running\" is invalid: metadata.creationTimestamp: Invalid value: ")
                .endsWith(": field is immutable");
    }

    @Test
    void severalMistakesAtOnce() {
        String body = "{\"metadata\":{\"name\":\"a\",\"labels\":{\"a b\":\"c\"}},\"spec\":{\"containers\":[]}}";
        refused(admin.post(PODS, body), 422, "Invalid")
                .message("Pod \"a\" is invalid: [metadata.labels: Invalid value: \"a b\": ")
                .endsWith(", spec.containers: Required value]");
    }

    @Test
    void callerThatIsNobodyHere() {
        Optional<TestPki.Identified> none = Optional.empty();
        TestPki elsewhere = new TestPki(Instant.now());
        List<String> masters = List.of("system:masters");
        TestPki.Identified server = api.pki().server();
        for (Optional<TestPki.Identified> certificate : List.of(
                none,
                Optional.of(elsewhere.client("kubernetes-admin", masters)),
                Optional.of(api.pki().expiredClient("kubernetes-admin", masters)),
                Optional.of(server))) {
            for (Version version : Version.values()) {
                HttpCaller caller = api.caller(certificate, version);
                refused(caller.get(MAPS), 401, "Unauthorized").is("Unauthorized");
                refused(caller.post(MAPS, configMap("a", "")), 401, "Unauthorized");
            }
        }
        assertThat(api.caller(none, Version.HTTP_2).get("/readyz").code()).isEqualTo(200);
        assertThat(api.caller(none, Version.HTTP_2).get("/version").code()).isEqualTo(200);
    }

    @Test
    void callerThatMayNot() {
        HttpCaller nobody = api.caller(ApiServerFixture.NOBODY, Version.HTTP_2);
        refused(nobody.get(MAPS), 403, "Forbidden")
                .is(
                        "configmaps is forbidden: User \"nobody\" cannot list resource \"configmaps\" in API group \"\" in the"
                                + " namespace \"default\"")
                .about("", "configmaps", "");
        refused(nobody.get(DEPLOYMENTS + "/web"), 403, "Forbidden")
                .is(
                        "deployments.apps \"web\" is forbidden: User \"nobody\" cannot get resource \"deployments\" in API group"
                                + " \"apps\" in the namespace \"default\"")
                .about("apps", "deployments", "web");
        refused(nobody.get("/api/v1/nodes"), 403, "Forbidden")
                .is(
                        "nodes is forbidden: User \"nobody\" cannot list resource \"nodes\" in API group \"\" at the cluster"
                                + " scope");
        refused(nobody.post(MAPS, configMap("a", "")), 403, "Forbidden");
        refused(nobody.patch(DEPLOYMENTS + "/web/scale", "merge", "{}"), 403, "Forbidden")
                .message("deployments.apps \"web\" is forbidden: User \"nobody\" cannot patch resource"
                        + " \"deployments/scale\" in API group \"apps\"");
        refused(nobody.get("/metrics"), 403, "Forbidden").is("forbidden: User \"nobody\" cannot get path \"/metrics\"");
        refused(nobody.get("/api/v1/namespaces/default/nonsense"), 403, "Forbidden");
        HttpCaller scheduler = api.caller(Identity.of("system:kube-scheduler"), Version.HTTP_2);
        assertThat(scheduler.get(PODS).code()).isEqualTo(200);
        refused(scheduler.delete(DEPLOYMENTS + "/web"), 403, "Forbidden");
        refused(scheduler.get("/api/v1/secrets"), 403, "Forbidden");
    }

    @Test
    void requestThatWouldBeSomebodyElses() {
        Answer answer = admin.send(
                admin.request(MAPS).header("Impersonate-User", "nobody").GET());
        refused(answer, 403, "Forbidden").message("configmaps is forbidden: User \"nobody\" cannot list");
        HttpCaller nobody = api.caller(ApiServerFixture.NOBODY, Version.HTTP_2);
        refused(
                        nobody.send(nobody.request(MAPS)
                                .header("Impersonate-User", "admin")
                                .GET()),
                        403,
                        "Forbidden")
                .is(
                        "users \"admin\" is forbidden: User \"nobody\" cannot impersonate resource \"users\" in API group \"\""
                                + " at the cluster scope");
        refused(
                nobody.send(nobody.request(MAPS)
                        .header("Impersonate-User", "nobody")
                        .header("Impersonate-Group", "system:masters")
                        .GET()),
                403,
                "Forbidden");
    }

    private static Refusal refused(Answer answer, int code, String reason) {
        assertThat(answer.code()).as(answer.body()).isEqualTo(code);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        JsonNode status = answer.json();
        assertThat(status.path("kind").asText()).isEqualTo("Status");
        assertThat(status.path("apiVersion").asText()).isEqualTo("v1");
        assertThat(status.path("status").asText()).isEqualTo("Failure");
        assertThat(status.path("reason").asText()).isEqualTo(reason);
        assertThat(status.path("code").asInt()).isEqualTo(code);
        return new Refusal(status);
    }

    private record Refusal(JsonNode status) {
        Refusal is(String message) {
            assertThat(status.path("message").asText()).isEqualTo(message);
            return this;
        }

        Refusal message(String beginning) {
            assertThat(status.path("message").asText()).startsWith(beginning);
            return this;
        }

        Refusal endsWith(String end) {
            assertThat(status.path("message").asText()).endsWith(end);
            return this;
        }

        Refusal about(String group, String kind, String name) {
            JsonNode details = status.path("details");
            assertThat(List.of(
                            details.path("group").asText(),
                            details.path("kind").asText(),
                            details.path("name").asText()))
                    .isEqualTo(List.of(group, kind, name));
            return this;
        }

        Refusal cause(String reason, String field, String message) {
            JsonNode cause = status.at("/details/causes/0");
            assertThat(List.of(
                            cause.path("reason").asText(),
                            cause.path("field").asText(),
                            cause.path("message").asText()))
                    .isEqualTo(List.of(reason, field, message));
            return this;
        }
    }

    private static Answer delete(String path, String options) {
        return admin.call("DELETE", path, "application/json", options);
    }

    private static List<String> warnings(Answer answer) {
        assertThat(answer.code()).as(answer.body()).isEqualTo(201);
        return answer.headers().allValues("Warning");
    }

    private static String configMap(String name, String moreMetadata) {
        return "{\"metadata\":{\"name\":\"" + name + "\"" + (moreMetadata.isEmpty() ? "" : "," + moreMetadata)
                + "},\"data\":{\"a\":\"1\"}}";
    }

    private static String pod(String name) {
        return "{\"metadata\":{\"name\":\"" + name
                + "\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}";
    }

    private static String deployment(String name, String label) {
        String labels = "{\"app\":\"" + label + "\"}";
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"selector\":{\"matchLabels\":" + labels
                + "},\"template\":{\"metadata\":{\"labels\":" + labels
                + "},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}}}";
    }
}

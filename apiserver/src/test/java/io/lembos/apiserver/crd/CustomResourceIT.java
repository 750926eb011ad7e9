package io.lembos.apiserver.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import io.lembos.apiserver.testing.WatchReader;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects of a kind that somebody defined go the same way as all others. */
class CustomResourceIT {
    private static final String TABS = "/apis/stable.example.com/v1/namespaces/default/crontabs";

    @TempDir
    static Path directory;

    private static ApiServerFixture api;

    @BeforeAll
    static void start() {
        api = ApiServerFixture.start(directory);
        Definitions.install(api, Definitions.CRON_TABS);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void isCreatedWithDefaultsAndReadBack() {
        Answer created = create("first", "{image: busybox, mounts: [{path: /a}], note: null}");
        assertThat(created.code()).as(created.body()).isEqualTo(201);
        assertThat(created.json().at("/metadata/generation").asInt()).isEqualTo(1);
        assertThat(created.json().at("/spec/replicas").asInt()).isEqualTo(1);
        assertThat(created.json().at("/spec/mounts/0/mode").asText()).isEqualTo("ro");
        assertThat(created.json().at("/spec/note").isNull()).isTrue();
        assertThat(api.admin().get(TABS + "/first").json()).isEqualTo(created.json());
        assertThat(create("first", "{image: busybox}").json().path("message").asText())
                .isEqualTo("crontabs.stable.example.com \"first\" already exists");
        assertThat(api.admin().get(TABS + "/absent").json().path("message").asText())
                .isEqualTo("crontabs.stable.example.com \"absent\" not found");
    }

    @Test
    void prunesWhatTheSchemaDoesNotKnow() {
        Answer created = create("pruned", "{image: busybox, foo: 1, free: {a: {b: 1}}, mounts: [{path: /a, x: 1}]}");
        assertThat(created.code()).as(created.body()).isEqualTo(201);
        assertThat(created.headers().allValues("Warning"))
                .containsExactly(
                        "299 - \"unknown field \\\"spec.foo\\\"\"", "299 - \"unknown field \\\"spec.mounts[0].x\\\"\"");
        assertThat(created.json().path("spec").has("foo")).isFalse();
        assertThat(created.json().at("/spec/free/a/b").asInt()).isEqualTo(1);
        Answer strict = api.admin()
                .call(
                        "POST",
                        TABS + "?fieldValidation=Strict",
                        "application/yaml",
                        body("strict", "{image: busybox, foo: 1}"));
        assertThat(strict.code()).isEqualTo(400);
        assertThat(strict.json().path("message").asText())
                .contains("strict decoding error: unknown field \"spec.foo\"");
    }

    @Test
    void isRefusedInTheWordsOfKubernetes() {
        assertRefused("{image: busybox, replicas: many}", """
                spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string\"""");
        assertRefused("{}", "spec.image: Required value");
        assertRefused("{image: busybox, replicas: 11}", """
                spec.replicas: Invalid value: 11: spec.replicas in body should be less than or equal to 10""");
        assertRefused("{image: busybox, replicas: 0}", """
                spec.replicas: Invalid value: 0: spec.replicas in body should be greater than or equal to 1""");
        assertRefused("{image: busybox, color: blue}", """
                spec.color: Unsupported value: "blue": supported values: "red", "green\"""");
        assertRefused("{image: b}", """
                spec.image: Invalid value: "b": spec.image in body should be at least 2 chars long""");
        assertRefused("{image: " + "x".repeat(41) + "}", "spec.image: Too long: may not be more than 40 bytes");
        assertRefused("{image: busybox, cronSpec: '* * * *'}", """
                spec.cronSpec: Invalid value: "* * * *": spec.cronSpec in body should match \
                '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$'""");
        assertRefused("{image: busybox, ratio: 1}", """
                spec.ratio: Invalid value: 1: spec.ratio in body should be less than 1""");
        assertRefused("{image: busybox, address: 1.2.3}", """
                spec.address: Invalid value: "1.2.3": spec.address in body must be of type ipv4: "1.2.3\"""");
        assertRefused("{image: busybox, port: true}", """
                spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean\"""");
        assertRefused("{image: busybox, tags: [a, b, a]}", "spec.tags[2]: Duplicate value: \"a\"");
        assertRefused("{image: busybox, tags: [a, b, c, d]}", "spec.tags: Too many: 4: must have at most 3 items");
        assertRefused("{image: busybox, mounts: [{path: /a}, {path: /a, size: 1}]}", """
                spec.mounts[1]: Duplicate value: {"path":"/a","mode":"ro"}""");
        assertRefused("{image: busybox, labels: {a: 1}}", """
                spec.labels.a: Invalid value: "integer": spec.labels.a in body must be of type string: "integer\"""");
        assertRefused("{image: busybox, either: {}}", """
                <nil>: Invalid value: "": "spec.either" must validate one and only one schema (oneOf). \
                Found none valid""");
        assertRefused("{image: busybox, either: {a: x, b: x}}", """
                <nil>: Invalid value: "": "spec.either" must validate one and only one schema (oneOf). \
                Found 2 valid alternatives""");
        assertRefused("{image: busybox, template: {metadata: {name: x}}}", """
                spec.template.apiVersion: Required value: must not be empty""");
    }

    @Test
    void statusAndSpecAreWrittenApart() {
        create("parts", "{image: busybox}");
        JsonNode stored = api.admin().get(TABS + "/parts").json();
        assertThat(stored.has("status")).isFalse();
        Answer status = api.admin()
                .patch(
                        TABS + "/parts/status",
                        "merge",
                        "{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{\"replicas\":5},\"status\":{\"replicas\":3}}");
        assertThat(status.code()).as(status.body()).isEqualTo(200);
        assertThat(status.json().at("/spec/replicas").asInt()).isEqualTo(1);
        assertThat(status.json().at("/status/replicas").asInt()).isEqualTo(3);
        assertThat(status.json().at("/metadata/labels").isMissingNode()).isTrue();
        assertThat(status.json().at("/metadata/generation").asInt()).isEqualTo(1);
        Answer spec =
                api.admin().patch(TABS + "/parts", "merge", "{\"spec\":{\"replicas\":5},\"status\":{\"replicas\":9}}");
        assertThat(spec.json().at("/status/replicas").asInt()).isEqualTo(3);
        assertThat(spec.json().at("/metadata/generation").asInt()).isEqualTo(2);
        Answer wrong = api.admin().patch(TABS + "/parts/status", "merge", "{\"status\":{\"replicas\":\"x\"}}");
        assertThat(wrong.code()).isEqualTo(422);
        assertThat(api.admin().patch(TABS + "/parts", "strategic-merge", "{}").code())
                .isEqualTo(415);
    }

    @Test
    void isScaledByThePathsOfItsDefinition() {
        create("scaled", "{image: busybox, replicas: 2}");
        api.admin().patch(TABS + "/scaled/status", "merge", """
                {"status":{"replicas":2,"labelSelector":"app=x"}}""");
        JsonNode scale = api.admin().get(TABS + "/scaled/scale").json();
        assertThat(scale.at("/spec/replicas").asInt()).isEqualTo(2);
        assertThat(scale.at("/status/selector").asText()).isEqualTo("app=x");
        Answer updated = api.admin().patch(TABS + "/scaled/scale", "merge", "{\"spec\":{\"replicas\":4}}");
        assertThat(updated.code()).as(updated.body()).isEqualTo(200);
        assertThat(api.admin().get(TABS + "/scaled").json().at("/spec/replicas").asInt())
                .isEqualTo(4);
    }

    @Test
    void isListedWatchedSelectedAndDeleted() {
        create("red-one", "{image: busybox, color: red}");
        create("green-one", "{image: busybox, color: green}");
        JsonNode red = api.admin().get(TABS + "?fieldSelector=spec.color=red").json();
        assertThat(red.path("kind").asText()).isEqualTo("CronTabList");
        assertThat(red.at("/items")
                        .valueStream()
                        .map(i -> i.at("/metadata/name").asText()))
                .containsExactly("red-one");
        assertThat(api.admin().get(TABS + "?fieldSelector=spec.image=x").code()).isEqualTo(400);
        String version = red.at("/metadata/resourceVersion").asText();
        try (WatchReader watch = api.admin()
                .watch("/apis/stable.example.com/v1/crontabs?watch=1&fieldSelector=spec.color=red&resourceVersion="
                        + version)) {
            create("red-two", "{image: busybox, color: red}");
            WatchReader.Event added = watch.next();
            assertThat(added.type() + added.name()).isEqualTo("ADDEDred-two");
            api.admin().patch(TABS + "/red-two", "merge", "{\"spec\":{\"color\":\"green\"}}");
            assertThat(watch.next().type()).isEqualTo("DELETED");
        }
        assertThat(api.admin().delete(TABS + "/red-two").code()).isEqualTo(200);
        assertThat(api.admin().get(TABS + "/red-two").code()).isEqualTo(404);
    }

    @Test
    void isShownAsTheDefinitionSays() {
        create("shown", "{image: busybox, cronSpec: '* * * * */5'}");
        api.admin().patch(TABS + "/shown/status", "merge", """
                {"status":{"conditions":[{"type":"Ready","status":"False"}]}}""");
        JsonNode table = api.admin()
                .getAs(TABS + "/shown", "application/json;as=Table;v=v1;g=meta.k8s.io")
                .json();
        assertThat(table.at("/columnDefinitions")
                        .valueStream()
                        .map(c -> c.path("name").asText() + " " + c.path("type").asText()))
                .containsExactly("Name string", "Spec string", "Replicas integer", "Ready string", "Age date");
        assertThat(table.at("/columnDefinitions/1/description").asText()).isEqualTo("when it runs");
        assertThat(table.at("/rows/0/cells/0").asText()).isEqualTo("shown");
        assertThat(table.at("/rows/0/cells/1").asText()).isEqualTo("* * * * */5");
        assertThat(table.at("/rows/0/cells/2").asInt()).isEqualTo(1);
        assertThat(table.at("/rows/0/cells/3").asText()).isEqualTo("False");
    }

    @Test
    void unchangedPartsAreNotJudgedAgain() {
        create("ratchet", "{image: busybox}");
        JsonNode object = api.admin().get(TABS + "/ratchet").json();
        assertThat(api.admin().put(TABS + "/ratchet", object.toString()).code()).isEqualTo(200);
    }

    private static void assertRefused(String spec, String line) {
        Answer answer = create("refused", spec);
        assertThat(answer.code()).as(answer.body()).isEqualTo(422);
        assertThat(answer.json().path("message").asText())
                .startsWith("CronTab.stable.example.com \"refused\" is invalid: ")
                .contains(line.strip());
    }

    private static Answer create(String name, String spec) {
        return api.admin().call("POST", TABS, "application/yaml", body(name, spec));
    }

    private static String body(String name, String spec) {
        return "apiVersion: stable.example.com/v1\nkind: CronTab\nmetadata: {name: " + name + "}\nspec: " + spec + "\n";
    }
}

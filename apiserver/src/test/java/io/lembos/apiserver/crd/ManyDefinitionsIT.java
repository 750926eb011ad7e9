package io.lembos.apiserver.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import io.lembos.apiserver.testing.WatchReader;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many definitions, large definitions, and what a server that starts on them serves. */
class ManyDefinitionsIT {
    private static final int DEFINITIONS = 200;

    @TempDir
    Path directory;

    @Test
    void hundredsOfDefinitionsAreServedSoonAndAgainAfterARestart() {
        try (ApiServerFixture api = ApiServerFixture.start(directory)) {
            long begun = System.nanoTime();
            for (int i = 0; i < DEFINITIONS; i++) {
                Answer created =
                        api.admin().post(Definitions.PATH, definition(i, 40).toString());
                assertThat(created.code()).as(created.body()).isEqualTo(201);
            }
            Set<String> established = new HashSet<>();
            try (WatchReader watch = api.admin().watch(Definitions.PATH + "?watch=1")) {
                while (established.size() < DEFINITIONS) {
                    WatchReader.Event event = watch.next();
                    if (Definitions.condition(event.object(), "Established")
                            .path("status")
                            .asText()
                            .equals("True")) {
                        established.add(event.name());
                    }
                }
            }
            long millis = (System.nanoTime() - begun) / 1_000_000;
            System.out.println(
                    DEFINITIONS + " definitions served after " + millis + " ms, " + millis / DEFINITIONS + " ms each");
            assertThat(api.admin().post(objects(7), object(7).toString()).code())
                    .isEqualTo(201);
            assertThat(api.admin()
                            .get("/apis")
                            .json()
                            .path("groups")
                            .valueStream()
                            .filter(g -> g.path("name").asText().endsWith(".many.example.com")))
                    .hasSize(DEFINITIONS);
        }
        try (ApiServerFixture api = ApiServerFixture.restart(directory)) {
            assertThat(api.admin().get(objects(7) + "/one").code()).isEqualTo(200);
            assertThat(api.admin()
                            .post(
                                    objects(DEFINITIONS - 1),
                                    object(DEFINITIONS - 1).toString())
                            .code())
                    .isEqualTo(201);
        }
    }

    @Test
    void aDefinitionOfTenThousandLinesIsOneLikeOthers() {
        try (ApiServerFixture api = ApiServerFixture.start(directory)) {
            ObjectNode large = definition(0, 3000);
            assertThat(large.toPrettyString().lines().count()).isGreaterThan(10_000);
            Definitions.install(api, large.toString());
            assertThat(api.admin().post(objects(0), object(0).toString()).code())
                    .isEqualTo(201);
            assertThat(api.admin()
                            .get("/openapi/v3/apis/g0.many.example.com/v1")
                            .body())
                    .contains("field2999");
        }
    }

    @Test
    void randomObjectsAndRandomSchemasNeverBreakTheServer() {
        Random random = new Random(4);
        try (ApiServerFixture api = ApiServerFixture.start(directory)) {
            Definitions.install(api, Definitions.CRON_TABS);
            String tabs = "/apis/stable.example.com/v1/namespaces/default/crontabs";
            for (int i = 0; i < 300; i++) {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                object.put("apiVersion", "stable.example.com/v1").put("kind", "CronTab");
                object.putObject("metadata").put("name", "x" + i);
                object.set("spec", RandomJson.near(random, 4));
                object.set("status", RandomJson.near(random, 2));
                Answer answer = api.admin().post(tabs, object.toString());
                assertThat(answer.code()).as(object + " " + answer.body()).isLessThan(500);
            }
            assertThat(api.admin()
                            .getAs(tabs, "application/json;as=Table;v=v1;g=meta.k8s.io")
                            .code())
                    .isEqualTo(200);
            for (int i = 0; i < 300; i++) {
                ObjectNode definition = definition(i, 3);
                ((ObjectNode) definition.at("/spec/versions/0/schema/openAPIV3Schema/properties"))
                        .set("spec", RandomJson.schema(random, 4));
                Answer answer = api.admin().post(Definitions.PATH, definition.toString());
                assertThat(answer.code()).as(definition + " " + answer.body()).isLessThan(500);
            }
            assertThat(api.admin().get("/openapi/v2").code()).isEqualTo(200);
            assertThat(api.admin().get("/apis").code()).isEqualTo(200);
        }
    }

    private static String objects(int i) {
        return "/apis/g" + i + ".many.example.com/v1/namespaces/default/things";
    }

    private static ObjectNode object(int i) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", "g" + i + ".many.example.com/v1").put("kind", "Thing");
        object.putObject("metadata").put("name", "one");
        object.putObject("spec").put("field1", "x");
        return object;
    }

    /** A definition with so many fields. */
    private static ObjectNode definition(int i, int fields) {
        String group = "g" + i + ".many.example.com";
        ObjectNode definition = JsonNodeFactory.instance.objectNode();
        definition.put("apiVersion", "apiextensions.k8s.io/v1").put("kind", "CustomResourceDefinition");
        definition.putObject("metadata").put("name", "things." + group);
        ObjectNode spec = definition.putObject("spec").put("group", group).put("scope", "Namespaced");
        spec.putObject("names").put("plural", "things").put("kind", "Thing");
        ObjectNode version = spec.putArray("versions").addObject();
        version.put("name", "v1").put("served", true).put("storage", true);
        ObjectNode schema =
                version.putObject("schema").putObject("openAPIV3Schema").put("type", "object");
        ObjectNode properties = schema.putObject("properties")
                .putObject("spec")
                .put("type", "object")
                .putObject("properties");
        for (int f = 0; f < fields; f++) {
            properties
                    .putObject("field" + f)
                    .put("type", "string")
                    .put("description", "Field number " + f + ", as operators have them by the hundred.")
                    .put("maxLength", 63);
        }
        return definition;
    }
}

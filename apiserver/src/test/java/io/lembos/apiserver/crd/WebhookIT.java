package io.lembos.apiserver.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions that differ in form are converted by a webhook, which is believed no more than it must. */
class WebhookIT {
    @TempDir
    static Path directory;

    private static ApiServerFixture api;
    private static Vertx vertx;
    private static HttpServer webhook;

    /** What the webhook does to its answer before it sends it. */
    private static volatile UnaryOperator<ObjectNode> twist = UnaryOperator.identity();

    /** How many objects each request brought. */
    private static final Queue<Integer> ASKED = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() {
        api = ApiServerFixture.start(directory);
        vertx = Vertx.vertx();
        var certificate = api.pki().server();
        HttpServerOptions options = new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(certificate.certificatePem()))
                        .addKeyValue(Buffer.buffer(certificate.keyPem())));
        webhook = vertx.createHttpServer(options)
                .requestHandler(request -> request.body()
                        .onSuccess(body -> request.response()
                                .putHeader("Content-Type", "application/json")
                                .end(answer(body).toString())))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        String bundle = Base64.getEncoder()
                .encodeToString(api.pki().root().certificatePem().getBytes(StandardCharsets.US_ASCII));
        String schema = "{type: object, x-kubernetes-preserve-unknown-fields: true}";
        Definitions.install(api, """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: people.names.example.com}
                spec:
                  group: names.example.com
                  scope: Namespaced
                  names: {plural: people, kind: Person}
                  conversion:
                    strategy: Webhook
                    webhook:
                      conversionReviewVersions: [v1]
                      clientConfig: {url: "https://127.0.0.1:%d/convert", caBundle: %s}
                  versions:
                  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: %s}}
                  - {name: v2, served: true, storage: false, schema: {openAPIV3Schema: %s}}
                """.formatted(webhook.actualPort(), bundle, schema, schema));
    }

    @AfterAll
    static void stop() {
        webhook.close().toCompletionStage().toCompletableFuture().join();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        api.close();
    }

    /** In v1 there is one name, in v2 two. */
    private static ObjectNode answer(Buffer body) {
        ObjectNode review = CanonicalJson.read(body.getBytes());
        JsonNode request = review.path("request");
        ObjectNode response = review.objectNode();
        response.set("uid", request.get("uid"));
        response.putObject("result").put("status", "Success");
        ArrayNode converted = response.putArray("convertedObjects");
        String wanted = request.path("desiredAPIVersion").asText();
        ASKED.add(request.path("objects").size());
        for (JsonNode object : request.path("objects")) {
            ObjectNode copy = ((ObjectNode) object).deepCopy();
            copy.put("apiVersion", wanted);
            if (wanted.endsWith("v2")) {
                String[] names = copy.path("name").asText().split(" ");
                copy.remove("name");
                copy.put("first", names[0]).put("last", names[1]);
            } else {
                copy.put(
                        "name",
                        copy.path("first").asText() + " " + copy.path("last").asText());
                copy.remove("first");
                copy.remove("last");
            }
            converted.add(copy);
        }
        review.remove("request");
        review.set("response", response);
        return twist.apply(review);
    }

    private static String people(String version) {
        return "/apis/names.example.com/" + version + "/namespaces/default/people";
    }

    private static Answer create(String version, String name, String fields) {
        return api.admin()
                .post(
                        people(version),
                        "{\"apiVersion\":\"names.example.com/" + version
                                + "\",\"kind\":\"Person\",\"metadata\":{\"name\":\"" + name + "\"}," + fields + "}");
    }

    @Test
    void objectsAreReadAndWrittenInEitherVersion() {
        Answer v2 = create("v2", "ada", "\"first\":\"Ada\",\"last\":\"Lovelace\"");
        assertThat(v2.code()).as(v2.body()).isEqualTo(201);
        assertThat(v2.json().path("first").asText()).isEqualTo("Ada");
        JsonNode v1 = api.admin().get(people("v1") + "/ada").json();
        assertThat(v1.path("name").asText()).isEqualTo("Ada Lovelace");
        assertThat(v1.at("/metadata/uid")).isEqualTo(v2.json().at("/metadata/uid"));
        Answer renamed = api.admin().patch(people("v1") + "/ada", "merge", "{\"name\":\"Ada Byron\"}");
        assertThat(renamed.code()).as(renamed.body()).isEqualTo(200);
        Answer list = api.admin().get(people("v2"));
        assertThat(list.json().at("/items/0/last").asText()).as(list.body()).isEqualTo("Byron");
        assertThat(api.admin().delete(people("v2") + "/ada").code()).isEqualTo(200);
    }

    @Test
    void aPageOfAListIsConvertedInOneRequestAndInOrder() {
        List<String> names = IntStream.range(0, 7).mapToObj(i -> "twin-" + i).toList();
        names.forEach(name -> create("v1", name, "\"name\":\"Twin " + name + "\""));
        try {
            ASKED.clear();
            JsonNode first = api.admin().get(people("v2") + "?limit=4").json();
            assertThat(ASKED).containsExactly(4);
            String token = first.at("/metadata/continue").asText();
            JsonNode second = api.admin()
                    .get(people("v2") + "?limit=4&continue=" + URLEncoder.encode(token, StandardCharsets.UTF_8))
                    .json();
            assertThat(ASKED).containsExactly(4, 3);
            List<String> lasts = Stream.of(first, second)
                    .flatMap(page -> page.path("items").valueStream())
                    .map(item -> item.path("last").asText())
                    .toList();
            assertThat(lasts).isEqualTo(names);

            // What is known already is not asked for again.
            create("v1", "twin-7", "\"name\":\"Twin twin-7\"");
            ASKED.clear();
            assertThat(api.admin().get(people("v2")).json().path("items")).hasSize(8);
            assertThat(ASKED).containsExactly(1);
        } finally {
            api.admin().delete(people("v1"));
        }
    }

    @Test
    void oneObjectThatIsConvertedWronglyFailsTheWholeList() {
        List.of("a", "b", "c").forEach(name -> create("v1", name, "\"name\":\"Some One\""));
        twist = review -> {
            ((ObjectNode) review.at("/response/convertedObjects/1")).put("kind", "Dog");
            return review;
        };
        try {
            Answer list = api.admin().get(people("v2"));
            assertThat(list.code()).isEqualTo(500);
            assertThat(list.json().path("message").asText())
                    .contains("conversion webhook for names.example.com/v1, Kind=Person returned invalid converted"
                            + " object at index 1: invalid kind (expected Person, received Dog)");
        } finally {
            twist = UnaryOperator.identity();
            api.admin().delete(people("v1"));
        }
    }

    @Test
    void anAnswerThatIsNotTheSameObjectIsRefused() {
        create("v1", "alan", "\"name\":\"Alan Turing\"");
        assertRefused(
                review -> {
                    ((ObjectNode) review.at("/response/result"))
                            .put("status", "Failure")
                            .put("message", "no names");
                    return review;
                },
                "conversion webhook for names.example.com/v1, Kind=Person failed: no names");
        assertRefused(
                review -> {
                    ((ArrayNode) review.at("/response/convertedObjects")).removeAll();
                    return review;
                },
                "conversion webhook for names.example.com/v1, Kind=Person returned 0 objects, expected 1");
        assertRefused(
                review -> {
                    ((ObjectNode) review.at("/response/convertedObjects/0/metadata")).put("name", "eve");
                    return review;
                },
                "must have the same name: alan != eve");
        assertRefused(
                review -> {
                    ((ObjectNode) review.at("/response/convertedObjects/0")).put("apiVersion", "names.example.com/v1");
                    return review;
                },
                "invalid groupVersion (expected names.example.com/v2, received names.example.com/v1)");
        assertThat(api.admin().get(people("v2") + "/alan").code()).isEqualTo(200);
        api.admin().delete(people("v1") + "/alan");
    }

    private static void assertRefused(UnaryOperator<ObjectNode> lie, String message) {
        twist = lie;
        try {
            Answer answer = api.admin().get(people("v2") + "/alan");
            assertThat(answer.code()).isEqualTo(500);
            assertThat(answer.json().path("message").asText()).contains(message);
        } finally {
            twist = UnaryOperator.identity();
        }
    }
}

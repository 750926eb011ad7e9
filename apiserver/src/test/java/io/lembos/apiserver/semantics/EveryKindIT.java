package io.lembos.apiserver.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.kinds.BuiltIn;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import io.lembos.apiserver.testing.WatchReader;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be done with an object can be done with an object of every built-in kind: {@code minimal.yaml} has one each. */
class EveryKindIT {
    private static final String NAMESPACE = "default";
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
    private static final String METADATA = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";

    @TempDir
    static Path directory;

    private static ApiServerFixture api;
    private static HttpCaller http;

    @BeforeAll
    static void start() {
        api = ApiServerFixture.start(directory);
        http = api.admin();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    /** But the definitions of custom kinds, whose status changes by itself; they have tests of their own. */
    static Stream<Kind> stored() {
        return BuiltIn.KINDS.all().stream()
                .filter(k -> k.verbs().containsAll(List.of("create", "get")))
                .filter(k -> !k.group().equals("apiextensions.k8s.io"));
    }

    static Stream<String> titles() {
        return stored().map(k -> k.group() + "/" + k.version() + "/" + k.kind());
    }

    @ParameterizedTest
    @MethodSource("titles")
    void livesAWholeLife(String title) {
        Kind kind = BuiltIn.kind(title);
        ObjectNode object = BuiltIn.minimal(kind, NAMESPACE);
        String name = object.at("/metadata/name").asText();
        String one = collection(kind) + "/" + name;
        String here = collection(kind) + "?fieldSelector=metadata.name%3D" + name;
        assertThat(http.post(collection(kind) + "?dryRun=All", object.toString())
                        .code())
                .isEqualTo(201);
        assertThat(http.get(one).code()).isEqualTo(404);

        JsonNode created = answered(201, http.post(collection(kind), object.toString()));
        assertThat(created.path("kind").asText()).isEqualTo(kind.kind());
        assertThat(created.path("apiVersion").asText()).isEqualTo(kind.apiVersion());
        if (created.at("/metadata").has("finalizers")) { // Kept while in use: a controller that is not here lets go.
            String letGo = "{\"metadata\":{\"finalizers\":null}}";
            created = answered(200, http.patch(one, "merge", letGo));
        }
        String version = created.at("/metadata/resourceVersion").asText();
        assertThat(answered(200, http.get(one))).isEqualTo(created);
        JsonNode list = answered(200, http.get(here));
        assertThat(list.path("kind").asText()).isEqualTo(kind.listKind());
        assertThat(list.path("items")).containsExactly(created);

        try (WatchReader watch = http.watch(here + "&watch=true&resourceVersion=" + version)) {
            changes(kind, one);
            shows(kind, one, name);
            deletes(kind, one);
            List<String> done = kind.subresource("status").isPresent()
                    ? List.of("merge", "json", "strategic", "status", "apply", "update")
                    : List.of("merge", "json", "strategic", "apply", "update");
            for (String change : done) {
                WatchReader.Event event = watch.next();
                assertThat(event.type()).isEqualTo("MODIFIED");
                assertThat(event.object().path("kind").asText()).isEqualTo(kind.kind());
                assertThat(event.object().at("/metadata/labels").has(change)).isTrue();
            }
            assertThat(watch.next().object().path("apiVersion").asText()).isEqualTo(kind.apiVersion());
        }
    }

    @Test
    void everyStoredKindIsInTheTable() {
        assertThat(BuiltIn.cases("validation/minimal.yaml").stream()
                        .map(m -> BuiltIn.kind(m.path("kind").asText())))
                .containsExactlyInAnyOrderElementsOf(stored().toList());
    }

    private static void changes(Kind kind, String one) {
        answered(200, http.patch(one, "merge", "{\"metadata\":{\"labels\":{\"merge\":\"1\"}}}"));
        answered(200, http.patch(one, "json", "[{\"op\":\"add\",\"path\":\"/metadata/labels/json\",\"value\":\"1\"}]"));
        JsonNode patched =
                answered(200, http.patch(one, "strategic-merge", "{\"metadata\":{\"labels\":{\"strategic\":\"1\"}}}"));
        assertThat(patched.path("apiVersion").asText()).isEqualTo(kind.apiVersion());
        if (kind.subresource("status").isPresent()) {
            JsonNode same = answered(
                    200, http.patch(one + "/status", "merge", "{\"metadata\":{\"labels\":{\"status\":\"1\"}}}"));
            assertThat(same.path("spec")).isEqualTo(patched.path("spec"));
        }
        JsonNode applied = answered(
                200,
                http.call(
                        "PATCH",
                        one + "?fieldManager=test",
                        "application/apply-patch+yaml",
                        "{\"apiVersion\":\"" + kind.apiVersion() + "\",\"kind\":\"" + kind.kind()
                                + "\",\"metadata\":{\"labels\":{\"apply\":\"1\"}}}"));
        ((ObjectNode) applied.at("/metadata/labels")).put("update", "1");
        JsonNode updated = answered(200, http.put(one, applied.toString()));
        assertThat(updated.at("/metadata/labels").size()).isGreaterThanOrEqualTo(5);
        assertThat(answered(200, http.put(one, updated.toString())))
                .as("an update that changes nothing")
                .isEqualTo(updated);
    }

    private static void shows(Kind kind, String one, String name) {
        JsonNode table = answered(200, http.getAs(one, TABLE));
        assertThat(table.path("kind").asText()).isEqualTo("Table");
        assertThat(table.at("/rows/0/cells")).hasSameSizeAs(table.path("columnDefinitions"));
        assertThat(table.at("/rows/0/object/metadata/name").asText()).isEqualTo(name);
        JsonNode metadata = answered(200, http.getAs(one, METADATA));
        assertThat(metadata.path("kind").asText()).isEqualTo("PartialObjectMetadata");
        assertThat(metadata.at("/metadata/name").asText()).isEqualTo(name);
        for (Kind.Subresource part : kind.subresources()) {
            if (part.kind().equals(kind.kind())
                    && part.verbs().contains("get")
                    && !part.name().equals("log")) {
                assertThat(answered(200, http.get(one + "/" + part.name()))
                                .path("kind")
                                .asText())
                        .isEqualTo(kind.kind());
            }
        }
    }

    private static void deletes(Kind kind, String one) {
        String before =
                answered(200, http.get(one)).at("/metadata/resourceVersion").asText();
        JsonNode gone = answered(200, http.delete(one));
        boolean held = gone.path("spec").has("finalizers");
        assertThat(gone.path("kind").asText()).isEqualTo(kind.showsDeleted() || held ? kind.kind() : "Status");
        if (kind.showsDeleted()) {
            assertThat(gone.at("/metadata/resourceVersion").asText())
                    .as("the version of the removal")
                    .isNotEqualTo(before);
        }
        if (held) {
            ((ObjectNode) gone.path("spec")).putArray("finalizers");
            answered(200, http.put(one + "/finalize", gone.toString()));
        }
        assertThat(http.get(one).code()).as(kind.kind()).isEqualTo(404);
    }

    private static String collection(Kind kind) {
        return (kind.group().isEmpty() ? "/api/" : "/apis/") + kind.apiVersion() + "/"
                + (kind.namespaced() ? "namespaces/" + NAMESPACE + "/" : "") + kind.plural();
    }

    private static JsonNode answered(int code, Answer answer) {
        assertThat(answer.code()).as(answer.body()).isEqualTo(code);
        return answer.json();
    }
}

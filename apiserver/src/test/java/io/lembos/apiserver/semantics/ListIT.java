package io.lembos.apiserver.semantics;

import static io.lembos.apiserver.semantics.Bodies.MAPS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.apiserver.store.cache.CacheLimits;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every page of a list is of one revision, whatever is written meanwhile; and a list is as new as the client asks. */
class ListIT {
    private static final int HISTORY_COMMITS = 60;

    @TempDir
    Path directory;

    private ApiServerFixture api;
    private HttpCaller http;

    @BeforeEach
    void start() {
        api = ApiServerFixture.start(
                directory, ApiServerFixture.Options.real().with(new CacheLimits(HISTORY_COMMITS, 1000)));
        http = api.admin();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void pagesAreOfOneRevisionWhileWritesGoOn() {
        List<String> expected = create("a", 10);
        JsonNode page = get(MAPS + "?limit=3");
        String revision = page.at("/metadata/resourceVersion").asText();
        assertThat(page.at("/metadata/remainingItemCount").asInt()).isEqualTo(7);
        List<String> seen = new ArrayList<>(names(page));
        int round = 0;
        while (page.at("/metadata").has("continue")) {
            http.delete(MAPS + "/a" + (9 - round));
            create("a5-new-" + round++, 1);
            page = get(
                    MAPS + "?limit=3&continue=" + page.at("/metadata/continue").asText());
            assertThat(page.at("/metadata/resourceVersion").asText()).isEqualTo(revision);
            seen.addAll(names(page));
        }
        assertThat(seen).isEqualTo(expected);
        assertThat(names(get(MAPS))).contains("a5-new-00").doesNotContain("a9");
    }

    @Test
    void pagesOfASelectionAreFull() {
        for (int i = 0; i < 10; i++) {
            http.post(MAPS, Bodies.labelled("m" + i, i % 2 == 0 ? "even" : "odd"));
        }
        JsonNode first = get(MAPS + "?limit=3&labelSelector=app%3Deven");
        assertThat(names(first)).containsExactly("m0", "m2", "m4");
        assertThat(first.at("/metadata").has("remainingItemCount")).isFalse();
        JsonNode second = get(MAPS + "?limit=3&labelSelector=app%3Deven&continue="
                + first.at("/metadata/continue").asText());
        assertThat(names(second)).containsExactly("m6", "m8");
        assertThat(second.at("/metadata").has("continue")).isFalse();
        assertThat(names(get(MAPS + "?fieldSelector=metadata.name%3Dm3"))).containsExactly("m3");
        assertThat(names(get(MAPS + "?labelSelector=app!%3Deven,app"))).hasSize(5);
        assertThat(names(get("/api/v1/configmaps?fieldSelector=metadata.namespace%3Dkube-public")))
                .isEmpty();
    }

    @Test
    void listIsAsNewAsTheClientAsks() {
        create("old", 2);
        long revision = api.store().revision();
        create("new", 1);
        assertThat(names(get(MAPS + "?resourceVersionMatch=Exact&resourceVersion=" + revision)))
                .hasSize(2);
        assertThat(names(get(MAPS + "?resourceVersionMatch=NotOlderThan&resourceVersion=" + revision)))
                .hasSize(3);
        assertThat(names(get(MAPS + "?resourceVersion=" + revision))).hasSize(3);
        assertThat(names(get(MAPS + "?resourceVersion=0"))).hasSize(3);
        Answer future = http.get(MAPS + "?resourceVersion=" + (revision + 1000));
        assertThat(future.code()).isEqualTo(504);
        assertThat(future.json().at("/details/causes/0/reason").asText()).isEqualTo("ResourceVersionTooLarge");
        assertThat(future.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void whatIsForgottenIsGone() {
        create("a", 4);
        long old = api.store().revision();
        String token = get(MAPS + "?limit=2").at("/metadata/continue").asText();
        for (int i = 0; i < 3 * HISTORY_COMMITS; i++) {
            http.patch(MAPS + "/a0", "merge", "{\"data\":{\"i\":\"" + i + "\"}}");
        }
        Answer exact = http.get(MAPS + "?resourceVersionMatch=Exact&resourceVersion=" + old);
        assertThat(exact.code()).isEqualTo(410);
        assertThat(exact.json().path("reason").asText()).isEqualTo("Expired");
        Answer next = http.get(MAPS + "?limit=2&continue=" + token);
        assertThat(next.code()).isEqualTo(410);
        assertThat(next.json().path("message").asText())
                .startsWith("The provided continue parameter is too old to display a consistent list result.");
    }

    @Test
    void listHasTheFormThatIsAskedFor() {
        create("a", 3);
        JsonNode table = http.getAs(MAPS + "?limit=2", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")
                .json();
        assertThat(table.path("kind").asText()).isEqualTo("Table");
        assertThat(table.path("rows")).hasSize(2);
        assertThat(table.at("/metadata").has("continue")).isTrue();
        JsonNode metadata = http.getAs(MAPS, "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io")
                .json();
        assertThat(metadata.path("kind").asText()).isEqualTo("PartialObjectMetadataList");
        assertThat(metadata.at("/items/0/metadata/name").asText()).isEqualTo("a0");
        assertThat(metadata.at("/items/0").has("data")).isFalse();
        Answer yaml = http.getAs(MAPS, "application/yaml");
        assertThat(yaml.header("Content-Type")).isEqualTo("application/yaml");
        assertThat(yaml.body()).contains("kind: ConfigMapList\n");
        assertThat(http.getAs(MAPS, "application/vnd.kubernetes.protobuf,application/json")
                        .header("Content-Type"))
                .isEqualTo("application/vnd.kubernetes.protobuf");
        JsonNode empty = get("/api/v1/namespaces/kube-node-lease/configmaps");
        assertThat(empty.path("items").isArray()).isTrue();
        assertThat(empty.path("items")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void longListsComeWhole(Version version) throws IOException {
        String value = "x".repeat(100_000);
        for (int i = 0; i < 100; i++) {
            http.post(MAPS, Bodies.configMap("long" + i, value));
        }
        HttpCaller caller = api.caller(ApiServerFixture.ADMIN, version);
        Answer answer = caller.get(MAPS);
        assertThat(answer.version()).isEqualTo(version);
        assertThat(answer.json().path("items")).hasSize(100);
        for (int i = 0; i < 3; i++) {
            try (InputStream abandoned = caller.open(MAPS, "application/json").body()) {
                assertThat(abandoned.read()).isEqualTo('{');
            }
        }
        assertThat(caller.get(MAPS).json().path("items")).hasSize(100);
    }

    private List<String> create(String prefix, int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(prefix + i);
            assertThat(http.post(MAPS, Bodies.configMap(prefix + i, "1")).code())
                    .isEqualTo(201);
        }
        return names;
    }

    private JsonNode get(String path) {
        Answer answer = http.get(path);
        assertThat(answer.code()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private static List<String> names(JsonNode list) {
        return list.path("items")
                .valueStream()
                .map(item -> item.at("/metadata/name").asText())
                .toList();
    }
}

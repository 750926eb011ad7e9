package io.lembos.apiserver.semantics;

import static io.lembos.apiserver.semantics.Bodies.MAPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.time.FakeClock;
import io.lembos.apiserver.store.cache.CacheLimits;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller;
import io.lembos.apiserver.testing.WatchReader;
import io.lembos.apiserver.testing.WatchReader.Event;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A watcher sees every change once and in order, or is told that it has missed some; and leaves nothing behind. */
class WatchIT {
    private static final int HISTORY_COMMITS = 2000;
    private static final int BUFFER_EVENTS = 1000;

    @TempDir
    Path directory;

    private final FakeClock clock = new FakeClock(Instant.parse("2030-01-01T00:00:00Z"));
    private ApiServerFixture api;
    private HttpCaller http;

    @BeforeEach
    void start() {
        api = ApiServerFixture.start(
                directory,
                ApiServerFixture.Options.real().with(clock).with(new CacheLimits(HISTORY_COMMITS, BUFFER_EVENTS)));
        http = api.admin();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void showsWhatIsThereAndThenWhatChanges(Version version) {
        create("before", "1");
        try (WatchReader watch = api.caller(ApiServerFixture.ADMIN, version).watch(MAPS + "?watch=1")) {
            expect(watch, "ADDED", "before");
            create("after", "1");
            expect(watch, "ADDED", "after");
            http.patch(MAPS + "/before", "merge", "{\"data\":{\"value\":\"2\"}}");
            Event modified = expect(watch, "MODIFIED", "before");
            assertThat(modified.object().at("/data/value").asText()).isEqualTo("2");
            assertThat(modified.revision()).isEqualTo(api.store().revision());
            http.delete(MAPS + "/before");
            assertThat(expect(watch, "DELETED", "before").revision())
                    .isEqualTo(api.store().revision());
        }
        noWatcherIsLeft();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void answersBeforeAnythingHappens(Version version) {
        long now = api.store().revision();
        // Returns with the head of the answer; there is no event that could bring it.
        try (WatchReader watch =
                api.caller(ApiServerFixture.ADMIN, version).watch(MAPS + "?watch=1&resourceVersion=" + now)) {
            assertThat(watch.code()).isEqualTo(200);
        }
        noWatcherIsLeft();
    }

    @Test
    void continuesFromARevision() {
        create("a", "1");
        long from = api.store().revision();
        create("b", "1");
        http.delete(MAPS + "/a");
        try (WatchReader watch = http.watch(MAPS + "?watch=true&resourceVersion=" + from)) {
            expect(watch, "ADDED", "b");
            expect(watch, "DELETED", "a");
        }
        try (WatchReader one = http.watch(MAPS + "/b?watch=true&resourceVersion=" + from)) {
            expect(one, "ADDED", "b");
            create("c", "1");
            http.delete(MAPS + "/b");
            expect(one, "DELETED", "b");
        }
        noWatcherIsLeft();
    }

    /** Lists, watches from there while eight writers write, and must arrive at what the last list says. */
    @ParameterizedTest
    @EnumSource(Version.class)
    void listThenWatchMissesNothing(Version version) throws InterruptedException {
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Random random = new Random(i);
            String prefix = "w" + i + "-";
            writers.add(Thread.ofVirtual().unstarted(() -> writeAtRandom(random, prefix, 60)));
        }
        create("w0-0", "seed");
        writers.forEach(Thread::start);
        HttpCaller caller = api.caller(ApiServerFixture.ADMIN, version);
        JsonNode list = caller.get(MAPS).json();
        Map<String, String> known = state(list);
        String from = list.at("/metadata/resourceVersion").asText();
        try (WatchReader watch = caller.watch(MAPS + "?watch=1&resourceVersion=" + from)) {
            for (Thread writer : writers) {
                writer.join();
            }
            create("end", "1");
            long last = Long.parseLong(from);
            for (Event event = watch.next(); !event.name().equals("end"); event = watch.next()) {
                assertThat(event.revision()).isGreaterThan(last);
                last = event.revision();
                apply(event, known);
            }
        }
        Map<String, String> expected = state(http.get(MAPS).json());
        expected.remove("end");
        assertThat(known).isEqualTo(expected);
        noWatcherIsLeft();
    }

    @Test
    void selectorMakesObjectsComeAndGo() {
        try (WatchReader watch = http.watch(MAPS + "?watch=1&labelSelector=app%3Dweb");
                WatchReader other = http.watch(MAPS + "?watch=1&fieldSelector=metadata.name%3Dobject")) {
            http.post(MAPS, Bodies.labelled("stranger", "db"));
            http.post(MAPS, Bodies.labelled("object", "db"));
            label("object", "web");
            expect(watch, "ADDED", "object");
            http.patch(MAPS + "/object", "merge", "{\"data\":{\"a\":\"1\"}}");
            expect(watch, "MODIFIED", "object");
            label("object", "db");
            Event left = expect(watch, "DELETED", "object");
            assertThat(left.object().at("/metadata/labels/app").asText()).isEqualTo("web");
            assertThat(left.revision()).isEqualTo(api.store().revision());
            http.delete(MAPS + "/object");
            http.post(MAPS, Bodies.labelled("last", "web"));
            expect(watch, "ADDED", "last");

            for (String type : List.of("ADDED", "MODIFIED", "MODIFIED", "MODIFIED", "DELETED")) {
                expect(other, type, "object");
            }
        }
        noWatcherIsLeft();
    }

    @Test
    void podComesIntoViewOfItsNode() {
        http.post(Bodies.PODS, Bodies.pod("p", ""));
        String path = "/api/v1/pods?watch=1&fieldSelector=spec.nodeName%3Dn1&resourceVersion="
                + api.store().revision();
        try (WatchReader node = http.watch(path)) {
            http.post(Bodies.PODS + "/p/binding", "{\"target\":{\"kind\":\"Node\",\"name\":\"n1\"}}");
            expect(node, "ADDED", "p");
            http.patch(Bodies.PODS + "/p/status", "merge", "{\"status\":{\"phase\":\"Running\"}}");
            assertThat(expect(node, "MODIFIED", "p")
                            .object()
                            .at("/status/phase")
                            .asText())
                    .isEqualTo("Running");
        }
    }

    @Test
    void bookmarksTellHowFarTheStoreIs() {
        try (WatchReader watch = http.watch(MAPS + "?watch=1&allowWatchBookmarks=true");
                WatchReader plain = http.watch(MAPS + "?watch=1")) {
            create("a", "1");
            expect(watch, "ADDED", "a");
            http.post("/api/v1/namespaces", Bodies.object("\"name\":\"elsewhere\""));
            clock.advance(Duration.ofMinutes(1));
            Event bookmark = watch.next();
            assertThat(bookmark.type()).isEqualTo("BOOKMARK");
            assertThat(bookmark.revision()).isEqualTo(api.store().revision());
            assertThat(bookmark.object().path("kind").asText()).isEqualTo("ConfigMap");
            create("b", "1");
            expect(watch, "ADDED", "b");
            clock.advance(Duration.ofMinutes(1));
            assertThat(watch.next().type()).isEqualTo("BOOKMARK");

            expect(plain, "ADDED", "a");
            expect(plain, "ADDED", "b");
        }
        noWatcherIsLeft();
        clock.advance(Duration.ofMinutes(2));
        assertThat(clock.pending()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void streamEndsWhenItsTimeIsOver(Version version) {
        try (WatchReader watch =
                api.caller(ApiServerFixture.ADMIN, version).watch(MAPS + "?watch=1&timeoutSeconds=10")) {
            create("a", "1");
            expect(watch, "ADDED", "a");
            clock.advance(Duration.ofSeconds(9));
            create("b", "1");
            expect(watch, "ADDED", "b");
            clock.advance(Duration.ofSeconds(1));
            assertThat(watch.poll()).isEmpty();
        }
        noWatcherIsLeft();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void initialStateEndsWithABookmark() {
        create("a", "1");
        create("b", "1");
        String path =
                MAPS + "?watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";
        try (WatchReader watch = http.watch(path)) {
            expect(watch, "ADDED", "a");
            expect(watch, "ADDED", "b");
            Event end = watch.next();
            assertThat(end.type()).isEqualTo("BOOKMARK");
            assertThat(end.revision()).isEqualTo(api.store().revision());
            assertThat(end.object()
                            .at("/metadata/annotations")
                            .path("k8s.io/initial-events-end")
                            .asText())
                    .isEqualTo("true");
            create("c", "1");
            expect(watch, "ADDED", "c");
        }
    }

    @Test
    void revisionThatIsForgottenIsAnError() {
        create("a", "1");
        long old = api.store().revision();
        for (int i = 0; i < 2 * HISTORY_COMMITS; i++) {
            api.store()
                    .commit(io.lembos.apiserver.store.Commit.of(
                            io.lembos.apiserver.store.Op.put("/registry/noise/x", new byte[] {'1'})));
        }
        try (WatchReader watch = http.watch(MAPS + "?watch=1&resourceVersion=" + old)) {
            assertThat(watch.code()).isEqualTo(200);
            Event error = watch.next();
            assertThat(error.type()).isEqualTo("ERROR");
            assertThat(error.object().path("code").asInt()).isEqualTo(410);
            assertThat(error.object().path("reason").asText()).isEqualTo("Expired");
            assertThat(error.object().path("message").asText()).startsWith("too old resource version: " + old);
            assertThat(watch.poll()).isEmpty();
        }
        noWatcherIsLeft();
    }

    /** It takes nothing, so its buffer in the store overflows; when it has taken nothing for too long it is cut off. */
    @ParameterizedTest
    @EnumSource(Version.class)
    void clientThatTakesNothingIsCutOff(Version version) throws IOException {
        HttpCaller caller = api.caller(ApiServerFixture.ADMIN, version);
        HttpResponse<InputStream> unread = caller.open(MAPS + "?watch=1", "application/json");
        assertThat(unread.statusCode()).isEqualTo(200);
        String value = "x".repeat(500_000);
        create("large", "1");
        int timersOfTheWatch = 1;
        for (int i = 0; clock.pending() == timersOfTheWatch; i++) {
            assertThat(i).as("writes until the client's socket is full").isLessThan(1000);
            http.patch(MAPS + "/large", "merge", "{\"data\":{\"value\":\"" + value + i + "\"}}");
        }
        clock.advance(Duration.ofMinutes(1));
        noWatcherIsLeft();
        assertThat(clock.pending()).isZero();
        String rest = readUntilBroken(unread.body());
        assertThat(rest).doesNotEndWith("0\r\n\r\n");
        assertThat(http.get(MAPS + "/large").code()).isEqualTo(200);
    }

    /** It falls behind by more than its buffer holds, and is told so when it reads again. */
    @Test
    void clientThatFallsBehindIsTold() {
        HttpCaller caller = api.caller(ApiServerFixture.ADMIN, Version.HTTP_1_1);
        HttpResponse<InputStream> unread = caller.open(MAPS + "?watch=1", "application/json");
        String value = "x".repeat(500_000);
        create("large", "1");
        for (int i = 0; clock.pending() == 1; i++) {
            http.patch(MAPS + "/large", "merge", "{\"data\":{\"value\":\"" + value + i + "\"}}");
        }
        create("small", "0");
        for (int i = 1; i <= BUFFER_EVENTS + 1; i++) {
            http.patch(MAPS + "/small", "merge", "{\"data\":{\"value\":\"" + i + "\"}}");
        }
        List<String> lines = new java.io.BufferedReader(
                        new java.io.InputStreamReader(unread.body(), StandardCharsets.UTF_8))
                .lines()
                .toList();
        assertThat(lines.get(lines.size() - 1))
                .startsWith("{\"type\":\"ERROR\"")
                .contains("\"code\":410");
        noWatcherIsLeft();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void clientThatLeavesIsForgotten(Version version) {
        HttpCaller caller = api.caller(ApiServerFixture.ADMIN, version);
        for (int i = 0; i < 20; i++) {
            caller.watch(MAPS + "?watch=1&allowWatchBookmarks=1");
        }
        await().until(() -> api.clientWatchers() == 20);
        caller.close();
        noWatcherIsLeft();
    }

    @Test
    void streamEndsCleanlyWhenTheStoreStops() {
        try (WatchReader watch = http.watch(MAPS + "?watch=1")) {
            create("a", "1");
            expect(watch, "ADDED", "a");
            api.store().close();
            assertThat(watch.poll()).isEmpty();
        }
    }

    private void writeAtRandom(Random random, String prefix, int writes) {
        for (int i = 0; i < writes; i++) {
            String name = prefix + random.nextInt(5);
            switch (random.nextInt(4)) {
                case 0 -> http.delete(MAPS + "/" + name);
                case 1 -> http.patch(MAPS + "/" + name, "merge", "{\"data\":{\"value\":\"" + i + "\"}}");
                default -> http.post(MAPS, Bodies.configMap(name, String.valueOf(i)));
            }
        }
    }

    private static Map<String, String> state(JsonNode list) {
        Map<String, String> state = new TreeMap<>();
        list.path("items").forEach(item -> state.put(item.at("/metadata/name").asText(), item.toString()));
        return state;
    }

    private static void apply(Event event, Map<String, String> known) {
        if (event.type().equals("DELETED")) {
            assertThat(known.remove(event.name())).isNotNull();
            return;
        }
        String before = known.put(event.name(), event.object().toString());
        assertThat(before == null).isEqualTo(event.type().equals("ADDED"));
    }

    private static String readUntilBroken(InputStream body) {
        StringBuilder text = new StringBuilder();
        byte[] buffer = new byte[65536];
        try {
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                text.setLength(0);
                text.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
            }
            throw new AssertionError("The answer looks complete");
        } catch (IOException expected) {
            return text.toString();
        }
    }

    private void create(String name, String value) {
        assertThat(http.post(MAPS, Bodies.configMap(name, value)).code()).isEqualTo(201);
    }

    private void label(String name, String value) {
        http.patch(MAPS + "/" + name, "merge", "{\"metadata\":{\"labels\":{\"app\":\"" + value + "\"}}}");
    }

    private static Event expect(WatchReader watch, String type, String name) {
        Event event = watch.next();
        assertThat(event.type() + " " + event.name())
                .as(event.object().toString())
                .isEqualTo(type + " " + name);
        return event;
    }

    private void noWatcherIsLeft() {
        await().untilAsserted(() -> assertThat(api.clientWatchers()).isZero());
    }
}

package io.lembos.apiserver.semantics;

import static io.lembos.apiserver.semantics.Bodies.MAPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller;
import io.lembos.apiserver.testing.WatchReader;
import java.net.http.HttpClient.Version;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code /metrics} tells what was asked of the server, to those who may know; health, to everybody. */
class MetricsIT {
    @TempDir
    Path directory;

    private ApiServerFixture api;
    private HttpCaller http;

    @BeforeEach
    void start() {
        api = ApiServerFixture.start(directory);
        http = api.admin();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void countsRequestsByWhatTheyWereAbout() {
        http.post(MAPS, Bodies.configMap("a", "1"));
        http.get(MAPS + "/a");
        http.get(MAPS + "/b");
        assertThat(metric("apiserver_request_total", "code=\"201\"", "resource=\"configmaps\"", "verb=\"POST\""))
                .isEqualTo("1.0");
        assertThat(metric("apiserver_request_total", "code=\"404\"", "resource=\"configmaps\"", "verb=\"GET\""))
                .isEqualTo("1.0");
        assertThat(metric("apiserver_request_duration_seconds_count", "resource=\"configmaps\"", "verb=\"GET\""))
                .isEqualTo("2");
    }

    @Test
    void aWatchIsCountedWhileItLasts() {
        try (WatchReader watch = http.watch(MAPS + "?watch=1")) {
            assertThat(watch.code()).isEqualTo(200);
            await().untilAsserted(() -> assertThat(metric("apiserver_longrunning_requests", "resource=\"configmaps\""))
                    .isEqualTo("1.0"));
        }
        await().untilAsserted(() -> assertThat(metric("apiserver_longrunning_requests", "resource=\"configmaps\""))
                .isEqualTo("0.0"));
    }

    @Test
    void whatACallerMakesUpBecomesNoLabel() {
        http.get("/apis/made.up/v1/namespaces/default/things");
        assertThat(http.get("/metrics").body()).doesNotContain("made.up").doesNotContain("things");
    }

    @Test
    void tellsNothingToJustAnybody() {
        assertThat(api.caller(ApiServerFixture.NOBODY, Version.HTTP_2)
                        .get("/metrics")
                        .code())
                .isEqualTo(403);
    }

    @Test
    void healthIsToldCheckByCheck() {
        assertThat(http.get("/readyz").body()).isEqualTo("ok");
        assertThat(http.get("/readyz?verbose").body()).isEqualTo("[+]ping ok\n[+]etcd ok\nreadyz check passed\n");
        assertThat(http.get("/readyz?verbose&exclude=etcd").body()).isEqualTo("[+]ping ok\nreadyz check passed\n");
        assertThat(http.get("/readyz/etcd").body()).isEqualTo("ok");
        assertThat(http.get("/readyz/nothing").code()).isEqualTo(404);
        assertThat(http.get("/livez/ping").body()).isEqualTo("ok");
    }

    private String metric(String name, String... labels) {
        return http.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{"))
                .filter(line -> java.util.Arrays.stream(labels).allMatch(line::contains))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .findFirst()
                .orElse("");
    }
}

package io.lembos.apiserver.crd;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller.Answer;
import io.lembos.apiserver.testing.WatchReader;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A watch of custom resources lasts as long as what it shows is served as it is. */
class CustomWatchIT {
    private static final String OPEN = "{type: object, x-kubernetes-preserve-unknown-fields: true}";
    private static final String TEAKS = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: teaks.ports.example.com}
            spec:
              group: ports.example.com
              scope: Namespaced
              names: {plural: teaks, kind: Teak}
              versions:
              - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: %s}}
            """;

    @TempDir
    static Path directory;

    private static ApiServerFixture api;

    @BeforeAll
    static void start() {
        api = ApiServerFixture.start(directory);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void watchesSeeTheLastObjectGoAndEndWithTheirDefinition() {
        Definitions.install(api, TEAKS.formatted(OPEN));
        String teaks = "/apis/ports.example.com/v1/namespaces/default/teaks";
        String teak = "{\"apiVersion\":\"ports.example.com/v1\",\"kind\":\"Teak\",\"metadata\":{\"name\":\"%s\"}}";
        api.admin().post(teaks, teak.formatted("a"));
        api.admin().post(teaks, teak.formatted("b"));
        try (WatchReader all = api.admin().watch(teaks + "?watch=1");
                WatchReader elsewhere = api.admin()
                        .watch("/apis/ports.example.com/v1/namespaces/other/teaks?watch=1&resourceVersion="
                                + api.store().revision());
                WatchReader others = api.admin()
                        .watch("/api/v1/namespaces/default/configmaps?watch=1&fieldSelector=metadata.name=still")) {
            api.admin().delete(Definitions.PATH + "/teaks.ports.example.com");
            assertThat(all.rest().stream().map(e -> e.type() + " " + e.name()))
                    .containsExactly("ADDED a", "ADDED b", "DELETED a", "DELETED b");
            assertThat(elsewhere.rest()).isEmpty();
            Answer again = api.admin().get(teaks + "?watch=1");
            assertThat(again.code()).isEqualTo(404);
            assertThat(again.json().path("message").asText())
                    .isEqualTo("the server could not find the requested resource");
            api.admin()
                    .post(
                            "/api/v1/namespaces/default/configmaps",
                            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"still\"}}");
            assertThat(others.next().name()).isEqualTo("still");
        }
    }

    @Test
    void watchesEndWhenTheirVersionIsNoLongerServedAndBeginAnewInTheOthers() {
        String versions = """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: yews.yards.example.com}
                spec:
                  group: yards.example.com
                  scope: Cluster
                  names: {plural: yews, kind: Yew}
                  versions:
                  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: %1$s}}
                  - {name: v2, served: true, storage: false, schema: {openAPIV3Schema: %1$s}}
                """;
        Definitions.install(api, versions.formatted(OPEN));
        String yews = "/apis/yards.example.com/%s/yews";
        try (WatchReader v1 = api.admin().watch(yews.formatted("v1") + "?watch=1");
                WatchReader v2 = api.admin().watch(yews.formatted("v2") + "?watch=1")) {
            api.admin()
                    .post(
                            yews.formatted("v1"),
                            "{\"apiVersion\":\"yards.example.com/v1\",\"kind\":\"Yew\",\"metadata\":{\"name\":\"y\"}}");
            assertThat(v1.next().name() + v2.next().name()).isEqualTo("yy");
            Answer changed = api.admin()
                    .patch(
                            Definitions.PATH + "/yews.yards.example.com",
                            "json",
                            "[{\"op\":\"replace\",\"path\":\"/spec/versions/1/served\",\"value\":false}]");
            assertThat(changed.code()).isEqualTo(200);
            assertThat(v2.poll()).isEmpty();
            assertThat(api.admin().get(yews.formatted("v2") + "?watch=1").code())
                    .isEqualTo(404);
            assertThat(v1.poll()).isEmpty();
        }
        try (WatchReader v1 = api.admin().watch(yews.formatted("v1") + "?watch=1")) {
            assertThat(v1.next().name()).isEqualTo("y");
            // What is said about a definition changes nothing about its objects.
            api.admin()
                    .patch(
                            Definitions.PATH + "/yews.yards.example.com",
                            "merge",
                            "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
            api.admin().patch(yews.formatted("v1") + "/y", "merge", "{\"x\":1}");
            assertThat(v1.next().type()).isEqualTo("MODIFIED");
        }
    }
}

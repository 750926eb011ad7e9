package io.lembos.apiserver.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.time.FakeClock;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ResourceVersions;
import io.lembos.apiserver.store.Commit;
import io.lembos.apiserver.store.Op;
import io.lembos.apiserver.store.Range;
import io.lembos.apiserver.store.RangeResult;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.store.StoreTimer;
import io.lembos.apiserver.store.embedded.EmbeddedConfig;
import io.lembos.apiserver.store.embedded.EmbeddedStore;
import io.lembos.apiserver.store.etcd.EtcdConfig;
import io.lembos.apiserver.store.etcd.EtcdServer;
import io.lembos.apiserver.store.etcd.EtcdStore;
import io.lembos.apiserver.testing.ApiServerFixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service {@code kubernetes} leads to the API servers that run. */
class ServerEndpointsIT {
    private static final String ENDPOINTS = "/api/v1/namespaces/default/endpoints/kubernetes";
    private static final String SLICES = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";
    private static final Instant NOON = Instant.parse("2030-01-01T12:00:00Z");

    @TempDir
    Path directory;

    @Test
    void leadsToTheOneServer() {
        try (ApiServerFixture api = ApiServerFixture.start(directory)) {
            JsonNode endpoints = api.admin().get(ENDPOINTS).json();
            assertThat(endpoints.at("/metadata/labels"))
                    .hasToString("{\"endpointslice.kubernetes.io/skip-mirror\":\"true\"}");
            assertThat(endpoints.path("subsets"))
                    .hasToString("[{\"addresses\":[{\"ip\":\"127.0.0.1\"}],\"ports\":[{\"name\":\"https\",\"port\":"
                            + api.port() + ",\"protocol\":\"TCP\"}]}]");
            JsonNode slices = api.admin()
                    .get(SLICES + "?labelSelector=kubernetes.io/service-name%3Dkubernetes")
                    .json()
                    .path("items");
            assertThat(slices).hasSize(1);
            assertThat(slices.at("/0/metadata/name").asText()).isEqualTo("kubernetes");
            assertThat(slices.at("/0/endpoints"))
                    .hasToString("[{\"addresses\":[\"127.0.0.1\"],\"conditions\":{\"ready\":true}}]");
            assertThat(slices.at("/0/ports/0/port").asInt()).isEqualTo(api.port());
        }
    }

    @Test
    void isMendedWhenSomebodyChangesIt() {
        try (ApiServerFixture api = ApiServerFixture.start(directory)) {
            api.admin().delete(SLICES + "/kubernetes");
            api.admin().patch(ENDPOINTS, "merge", "{\"subsets\":null}");
            await().untilAsserted(() -> {
                assertThat(ports(api)).containsExactly(api.port());
                assertThat(api.admin().get(SLICES + "/kubernetes").code()).isEqualTo(200);
            });
        }
    }

    @Test
    void aServerThatStopsIsNotListedAnyMore() {
        int port;
        try (ApiServerFixture api = ApiServerFixture.start(directory)) {
            port = api.port();
        }
        try (StoreTimer timer = StoreTimer.system();
                Store store = EmbeddedStore.open(
                        EmbeddedConfig.in(directory.resolve("store")), new ResourceVersions(), timer)) {
            byte[] left = store.get("/registry/endpoints/default/kubernetes")
                    .orElseThrow()
                    .bytes();
            assertThat(new String(left, StandardCharsets.UTF_8))
                    .doesNotContain(String.valueOf(port))
                    .doesNotContain("127.0.0.1");
            RangeResult.Page slices = (RangeResult.Page) store.range(Range.of("/registry/endpointslices/default/"));
            assertThat(slices.entries()).isEmpty();
        }
    }

    @Test
    void everyServerOfOneEtcdIsListedUntilItStopsOrIsGone() throws Exception {
        try (EtcdServer etcd = EtcdServer.start(Files.createDirectory(directory.resolve("etcd")))) {
            FakeClock clock = new FakeClock(NOON);
            try (ApiServerFixture first = server(etcd, "first", clock)) {
                try (ApiServerFixture second = server(etcd, "second", new FakeClock(NOON))) {
                    assertThat(ports(first)).containsExactlyInAnyOrder(first.port(), second.port());
                    assertThat(ports(second)).containsExactlyInAnyOrder(first.port(), second.port());
                    assertThat(first.admin().get(SLICES).json().path("items")).hasSize(2);
                }
                assertThat(ports(first)).containsExactly(first.port());
                assertThat(first.admin().get(SLICES).json().path("items")).hasSize(1);

                // One that died: etcd forgets its note by itself after a while.
                String note = "/registry/masterleases/10.0.0.9-6443";
                EndpointPlan dead = new EndpointPlan(List.of(new EndpointPlan.Place("10.0.0.9", 6443)));
                first.store().commit(Commit.of(Op.put(note, CanonicalJson.write(dead.endpoints()))));
                awaitPorts(first, clock, first.port(), 6443);
                first.store().commit(Commit.of(Op.delete(note)));
                awaitPorts(first, clock, first.port());
            }
        }
    }

    private static void awaitPorts(ApiServerFixture api, FakeClock clock, Integer... expected) {
        await().untilAsserted(() -> {
            clock.advance(Duration.ofSeconds(10));
            assertThat(ports(api)).containsExactlyInAnyOrder(expected);
        });
    }

    private ApiServerFixture server(EtcdServer etcd, String name, FakeClock clock) throws Exception {
        ApiServerFixture.Options options = ApiServerFixture.Options.real().with(clock);
        return ApiServerFixture.start(Files.createDirectory(directory.resolve(name)), options.over(embedded -> {
            embedded.close();
            return EtcdStore.open(EtcdConfig.of(etcd.endpoint()), new ResourceVersions(), options.timer());
        }));
    }

    private static List<Integer> ports(ApiServerFixture api) {
        return api.admin().get(ENDPOINTS).json().findValues("port").stream()
                .map(JsonNode::asInt)
                .toList();
    }
}

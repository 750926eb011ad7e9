package io.lembos.dashboard.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lembos.api.authn.Identity;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.FakeClock;
import io.lembos.dashboard.FakeCluster;
import io.lembos.dashboard.Samples;
import io.lembos.dashboard.rows.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LiveViewsTest {
    private static final Identity ANN = Identity.of("ann", "developers");
    private static final Identity BOB = Identity.of("bob");
    private static final int RESOURCES = 6;

    private final FakeClock clock = new FakeClock(Instant.parse("2026-01-02T03:04:05Z"));
    private final FakeCluster cluster = new FakeCluster();
    private final LiveViews views = new LiveViews(cluster::client, clock);

    @AfterEach
    void noWatchIsLeftOpen() {
        views.close();
        assertThat(views.connections()).isZero();
        await().until(() -> cluster.watches() == 0);
    }

    @Test
    void showsWhatIsThereAndWhatChanges() {
        cluster.put(Resources.PODS, Samples.pendingPod("default", "web-1"));
        cluster.put(Resources.NODES, Samples.node("alpha", "True"));
        cluster.put(Resources.NAMESPACES, Samples.namespace("default"));
        cluster.put(Resources.DEPLOYMENTS, Samples.deployment("default", "web", 1, 0));
        cluster.put(Resources.EVENTS, Samples.event("e1", "Normal", "2026-01-02T03:04:05Z"));
        FakeOutlet outlet = open(ANN);
        assertThat(outlet.names("pods")).containsExactly("web-1");
        assertThat(outlet.names("nodes")).containsExactly("alpha");
        assertThat(outlet.names("namespaces")).containsExactly("default");
        assertThat(outlet.names("workloads")).containsExactly("web");
        assertThat(outlet.names("events")).containsExactly("e1");

        cluster.put(Resources.PODS, Samples.runningPod("default", "web-1"));
        cluster.put(Resources.PODS, Samples.pendingPod("default", "web-2"));
        cluster.remove(Resources.NODES, "", "alpha");
        tick();

        assertThat(outlet.names("pods")).containsExactly("web-1", "web-2");
        assertThat(outlet.last().at("/tables/pods/upsert/0/cells/status").asText())
                .isEqualTo("Running");
        assertThat(outlet.names("nodes")).isEmpty();
    }

    @Test
    void aKindThatMayNotBeListedIsNotAllowedAndNotEmpty() {
        cluster.put(Resources.NODES, Samples.node("alpha", "True"));
        cluster.put(Resources.PODS, Samples.runningPod("default", "web-1"));
        cluster.refuse("bob", Resources.NODES);

        FakeOutlet bob = open(BOB);
        FakeOutlet ann = open(ANN);

        assertThat(bob.names("nodes")).isEmpty();
        assertThat(bob.state("nodes").at("/loaded").asBoolean()).isTrue();
        assertThat(bob.state("nodes").at("/notices/0/reason").asText()).isEqualTo("Forbidden");
        assertThat(bob.state("nodes").at("/notices/0/message").asText())
                .isEqualTo("nodes is forbidden: User \"bob\" cannot list resource \"nodes\" in API group \"\""
                        + " at the cluster scope");
        assertThat(bob.names("pods")).containsExactly("web-1");
        assertThat(ann.names("nodes")).containsExactly("alpha");
        assertThat(ann.state("nodes").at("/notices")).isEmpty();
    }

    @Test
    void aRightThatIsGrantedLaterShowsByItself() {
        cluster.put(Resources.NODES, Samples.node("alpha", "True"));
        cluster.refuse("bob", Resources.NODES);
        FakeOutlet bob = open(BOB);

        cluster.allow("bob", Resources.NODES);
        clock.advance(ReportingClient.REFUSED_RETRY);

        await().untilAsserted(() -> {
            tick();
            assertThat(bob.names("nodes")).containsExactly("alpha");
            assertThat(bob.state("nodes").at("/notices")).isEmpty();
        });
    }

    @Test
    void connectionsOfOneIdentityShareOneSetOfWatches() {
        List<FakeOutlet> outlets = new ArrayList<>();
        List<LiveView> open = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            FakeOutlet outlet = new FakeOutlet();
            outlets.add(outlet);
            open.add(views.open(ANN, Table.DEFAULT, outlet).orElseThrow());
        }
        await().until(() -> cluster.watches() == RESOURCES);
        assertThat(views.connections()).isEqualTo(100);
        assertThat(views.identities()).isEqualTo(1);
        cluster.put(Resources.PODS, Samples.pendingPod("default", "web-1"));
        tick();
        assertThat(outlets).allSatisfy(o -> assertThat(o.names("pods")).containsExactly("web-1"));

        open.subList(1, 100).forEach(LiveView::close);
        assertThat(cluster.watches()).isEqualTo(RESOURCES);
        open.get(0).close();
        open.get(0).close();
        assertThat(views.identities()).isZero();
        await().until(() -> cluster.watches() == 0);
    }

    @Test
    void tooManyConnectionsAreRefused() {
        for (int i = 0; i < LiveViews.CONNECTIONS_MAX; i++) {
            assertThat(views.open(ANN, EnumSet.of(Table.NODES), new FakeOutlet()))
                    .isPresent();
        }
        assertThat(views.open(ANN, EnumSet.of(Table.NODES), new FakeOutlet())).isEmpty();
    }

    @Test
    void replicaSetsOfDeploymentsAreSentOnlyOnRequest() {
        cluster.put(Resources.REPLICA_SETS, Samples.replicaSet("default", "web-5d", "web"));
        cluster.put(Resources.REPLICA_SETS, Samples.replicaSet("default", "alone", ""));

        FakeOutlet usual = open(ANN);
        FakeOutlet all = new FakeOutlet();
        views.open(ANN, EnumSet.allOf(Table.class), all);
        tick();

        assertThat(usual.names("workloads")).containsExactly("alone");
        assertThat(usual.tables).doesNotContainKey("replicasets");
        assertThat(all.names("replicasets")).containsExactly("web-5d");
    }

    @Test
    void heartbeatsThatShowNothingNewAreNotSent() {
        cluster.put(Resources.NODES, Samples.node("alpha", "True"));
        FakeOutlet outlet = open(ANN);
        int before = outlet.count();

        cluster.put(Resources.NODES, Samples.node("alpha", "True"));
        clock.advance(Duration.ofSeconds(1));

        assertThat(outlet.count()).isEqualTo(before);
    }

    @Test
    void onlyTheLatestEventsAreShown() {
        Instant start = Instant.parse("2026-01-02T00:00:00Z");
        for (int i = 0; i < LatestEvents.EVENTS_MAX + 5; i++) {
            String time = start.plusSeconds(i).toString();
            cluster.put(Resources.EVENTS, Samples.event("e%04d".formatted(i), "Normal", time));
        }
        FakeOutlet outlet = open(ANN);
        assertThat(outlet.names("events"))
                .hasSize(LatestEvents.EVENTS_MAX)
                .startsWith("e0005")
                .endsWith("e0204");

        cluster.remove(Resources.EVENTS, "default", "e0204");
        tick();
        assertThat(outlet.names("events"))
                .hasSize(LatestEvents.EVENTS_MAX)
                .startsWith("e0004")
                .endsWith("e0203");
    }

    private FakeOutlet open(Identity identity) {
        FakeOutlet outlet = new FakeOutlet();
        views.open(identity, Table.DEFAULT, outlet).orElseThrow();
        await().until(() -> {
            tick();
            return outlet.allLoaded();
        });
        return outlet;
    }

    private void tick() {
        clock.advance(LiveView.COALESCE);
    }
}

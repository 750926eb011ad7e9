package io.lembos.dashboard.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.api.time.FakeClock;
import io.lembos.dashboard.rows.Row;
import io.lembos.dashboard.rows.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LiveViewTest {
    private final FakeClock clock = new FakeClock(Instant.parse("2026-01-02T03:04:05Z"));
    private final FakeOutlet outlet = new FakeOutlet();
    private final LiveView view = new LiveView(Set.of(Table.PODS), outlet, clock, v -> {});

    @Test
    void firstASnapshotThenDeltas() {
        view.offerState(Table.PODS, new TableState(true, java.util.List.of()));
        view.offerRow(Table.PODS, null, row("a", 1));
        tick();
        view.offerRow(Table.PODS, row("a", 1), row("a", 2));
        view.offerRow(Table.PODS, null, row("b", 1));
        tick();
        view.offerRow(Table.PODS, row("b", 1), null);
        tick();

        assertThat(outlet.messages)
                .extracting(m -> m.get("type").asText())
                .containsExactly("snapshot", "delta", "delta");
        assertThat(outlet.messages.get(0).at("/tables/pods/rows")).hasSize(1);
        assertThat(outlet.messages.get(0).at("/tables/pods/state/loaded").asBoolean())
                .isTrue();
        assertThat(outlet.messages.get(0).get("now").asText()).startsWith("2026-01-02T03:04:05");
        assertThat(outlet.messages.get(1).at("/tables/pods/upsert")).hasSize(2);
        assertThat(outlet.messages.get(2).at("/tables/pods/remove/0").asText()).isEqualTo("b");
        assertThat(outlet.names("pods")).containsExactly("a");
    }

    @Test
    void manyChangesOfOneRowAreOneChangeInOneMessage() {
        view.offerRow(Table.PODS, null, row("a", 0));
        tick();
        for (int i = 1; i <= 50; i++) {
            view.offerRow(Table.PODS, row("a", i - 1), row("a", i));
        }
        clock.advance(Duration.ofMillis(99));
        assertThat(outlet.count()).isEqualTo(1);
        clock.advance(Duration.ofMillis(1));
        assertThat(outlet.count()).isEqualTo(2);
        assertThat(outlet.last().at("/tables/pods/upsert")).hasSize(1);
        assertThat(outlet.last().at("/tables/pods/upsert/0/cells/n").asInt()).isEqualTo(50);
    }

    @Test
    void afterAPauseAChangeIsSentAtOnce() {
        view.offerRow(Table.PODS, null, row("a", 0));
        tick();
        clock.advance(Duration.ofSeconds(5));
        view.offerRow(Table.PODS, row("a", 0), row("a", 1));
        clock.advance(Duration.ZERO);
        assertThat(outlet.count()).isEqualTo(2);
    }

    @Test
    void slowReaderIsBoundedByTheNumberOfObjectsAndEndsRight() {
        view.offerRow(Table.PODS, null, row("seen", 0));
        tick();
        outlet.writable = false;
        for (int i = 0; i < 10_000; i++) {
            view.offerRow(Table.PODS, null, row("shortlived-" + i, i));
            view.offerRow(Table.PODS, row("shortlived-" + i, i), null);
            view.offerRow(Table.PODS, row("seen", i), row("seen", i + 1));
            view.offerRow(Table.PODS, i == 0 ? null : row("new", i - 1), row("new", i));
        }
        clock.advance(Duration.ofMinutes(1));
        assertThat(outlet.count()).isEqualTo(1);
        assertThat(view.pendingChanges()).isEqualTo(2);

        outlet.writable = true;
        view.onDrain();
        tick();
        assertThat(outlet.count()).isEqualTo(2);
        assertThat(outlet.names("pods")).containsExactly("new", "seen");
        assertThat(outlet.tables.get("pods").get("seen").at("/cells/n").asInt()).isEqualTo(10_000);
    }

    @Test
    void rowRemovedAndMadeAgainWhileTheReaderSleptIsAChange() {
        view.offerRow(Table.PODS, null, row("a", 0));
        tick();
        view.offerRow(Table.PODS, row("a", 0), null);
        view.offerRow(Table.PODS, null, row("a", 1));
        view.offerRow(Table.PODS, row("a", 1), null);
        tick();
        assertThat(outlet.names("pods")).isEmpty();
    }

    @Test
    void largeTablesComeInPieces() {
        for (int i = 0; i < 2 * LiveView.CHANGES_MAX + 1; i++) {
            view.offerRow(Table.PODS, null, row("p" + i, i));
        }
        clock.advance(Duration.ofSeconds(1));
        assertThat(outlet.messages).extracting(m -> m.get("more").asBoolean()).containsExactly(true, true, false);
        assertThat(outlet.names("pods")).hasSize(2 * LiveView.CHANGES_MAX + 1);
    }

    @Test
    void otherTablesAreNotSent() {
        view.offerRow(Table.NODES, null, row("n", 1));
        clock.advance(Duration.ofSeconds(1));
        assertThat(outlet.count()).isZero();
    }

    @Test
    void nothingIsSentOrKeptAfterClose() {
        view.offerRow(Table.PODS, null, row("a", 0));
        view.close();
        view.offerRow(Table.PODS, null, row("b", 0));
        clock.advance(Duration.ofSeconds(1));
        assertThat(outlet.count()).isZero();
        assertThat(view.pendingChanges()).isZero();
    }

    private void tick() {
        clock.advance(LiveView.COALESCE);
    }

    private static Row row(String name, int n) {
        return new Row(
                name,
                String.valueOf(n),
                "{\"uid\":\"" + name + "\",\"name\":\"" + name + "\",\"cells\":{\"n\":" + n + "}}");
    }
}

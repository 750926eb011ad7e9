package io.lembos.scheduler.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.scheduler.Samples;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.cycle.PostFilterPlugin.Result;
import io.lembos.scheduler.framework.Nomination;
import io.lembos.scheduler.plugins.DefaultPlugins;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** PostFilter plugins are asked in order, and what they say is said after the reasons of the nodes. */
class WayOutTest {
    private final List<String> asked = new ArrayList<>();

    @Test
    void allSayTheirsWhenNobodyFindsAWayOut() {
        WayOut wayOut =
                search(plugin("a", Result.waiting("no new claims to deallocate")), plugin("b", Result.none("b: no.")));
        assertThat(wayOut.diagnosis().message())
                .isEqualTo("0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, b: no.");
        assertThat(wayOut.nomination()).isEqualTo(Nomination.NONE);
        assertThat(asked).containsExactly("a", "b");
    }

    @Test
    void firstThatFindsOneHasTheLastWord() {
        WayOut wayOut = search(
                plugin("a", Result.none("a: no.")), plugin("b", Result.at("n")), plugin("c", Result.none("c: no.")));
        assertThat(wayOut.diagnosis().message()).isEqualTo("0/1 nodes are available: 1 Insufficient cpu.");
        assertThat(wayOut.nomination()).isEqualTo(new Nomination.Node("n"));
        assertThat(asked).containsExactly("a", "b");
    }

    @Test
    void nominationStaysIfNobodySpeaksOfIt() {
        assertThat(search(plugin("a", Result.waiting(""))).nomination()).isEqualTo(Nomination.KEEP);
        assertThat(search().diagnosis().message()).isEqualTo("0/1 nodes are available: 1 Insufficient cpu.");
    }

    @Test
    void nobodyIsAskedWithoutNodes() {
        Profile profile = DefaultPlugins.profile("default-scheduler")
                .withPostFilters(List.of(plugin("a", Result.none("a: no."))));
        PodInfo pod = Samples.info("p", "1", "1Gi");
        Decision decision = Evaluation.of(profile, pod, Snapshot.EMPTY).decide(new Random(1));
        WayOut wayOut =
                WayOut.search(profile, pod, Snapshot.EMPTY, (Decision.Unschedulable) decision, Optional.empty());
        assertThat(asked).isEmpty();
        assertThat(wayOut.diagnosis().message()).isEqualTo("no nodes available to schedule pods");
    }

    private WayOut search(PostFilterPlugin... plugins) {
        SchedulerCache cache = new SchedulerCache();
        cache.putNode(Samples.node("n", "1", "8Gi"));
        cache.putPod(Samples.on(Samples.pod("there", "1", "1Gi"), "n"));
        Profile profile = DefaultPlugins.profile("default-scheduler").withPostFilters(List.of(plugins));
        PodInfo pod = Samples.info("p", "1", "1Gi");
        Decision decision = Evaluation.of(profile, pod, cache.snapshot()).decide(new Random(1));
        return WayOut.search(profile, pod, cache.snapshot(), (Decision.Unschedulable) decision, Optional.empty());
    }

    private PostFilterPlugin plugin(String name, Result result) {
        return new PostFilterPlugin() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Result postFilter(
                    PodInfo pod, Snapshot snapshot, Decision.Unschedulable decision, Optional<String> nominated) {
                asked.add(name);
                return result;
            }
        };
    }
}

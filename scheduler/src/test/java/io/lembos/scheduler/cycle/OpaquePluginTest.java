package io.lembos.scheduler.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.scheduler.Samples;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.example.ReservedNodes;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.ScorePlugin;
import io.lembos.scheduler.plugins.DefaultPlugins;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plugins that do not say what they look at: they are asked about each node, but only while they have an opinion. */
class OpaquePluginTest {
    private final SchedulerCache cache = new SchedulerCache();

    @BeforeEach
    void nodes() {
        cache.putNode(reserved("a1", "a"));
        cache.putNode(reserved("b1", "b"));
        cache.putNode(Samples.node("open", "8", "16Gi"));
    }

    @Test
    void filterIsHonouredForEachPodAnew() {
        SchedulingCycle cycle = new SchedulingCycle(profile(true, false), cache);
        cache.removeNode("open");
        for (int i = 0; i < 2; i++) {
            assertThat(node(cycle, pod("p", "a"))).isEqualTo("a1");
            assertThat(node(cycle, pod("q", "b"))).isEqualTo("b1");
        }
        Decision.Unschedulable none = (Decision.Unschedulable) run(cycle, pod("r", "c"));
        assertThat(none.diagnosis().message()).isEqualTo("0/2 nodes are available: 2 node(s) are for another team.");
        assertThat(none.diagnosis().plugins()).containsExactly("ReservedNodes");

        cache.putNode(reserved("a1", "c"));
        assertThat(node(cycle, pod("r", "c"))).isEqualTo("a1");
    }

    @Test
    void scoreIsHonoured() {
        SchedulingCycle cycle = new SchedulingCycle(profile(false, true), cache);
        cache.removeNode("b1");
        assertThat(node(cycle, pod("p", "a"))).isEqualTo("a1");
        assertThat(node(cycle, pod("p", null))).isEqualTo("open");
    }

    @Test
    void podsItDoesNotConcernAreDecidedTheFastWay() {
        for (Profile profile : List.of(profile(true, false), profile(false, true), profile(true, true))) {
            assertThat(PodRules.of(profile, pod("p", "a"), cache.snapshot())).isEmpty();
            assertThat(PodRules.of(profile, pod("p", null), cache.snapshot())).isPresent();
        }
    }

    private static Profile profile(boolean filters, boolean scores) {
        ReservedNodes plugin = (ReservedNodes) new ReservedNodes.Factory()
                .create(new ObjectMapper().createObjectNode().put("label", "for"));
        Profile defaults = DefaultPlugins.profile("default-scheduler");
        List<FilterPlugin> filterPlugins = new ArrayList<>(defaults.filters());
        List<Profile.Weighted> scorePlugins = new ArrayList<>(defaults.scores());
        if (filters) {
            filterPlugins.add(plugin);
        }
        if (scores) {
            scorePlugins.add(new Profile.Weighted((ScorePlugin) plugin, 10));
        }
        return new Profile("default-scheduler", filterPlugins, scorePlugins);
    }

    private String node(SchedulingCycle cycle, PodInfo pod) {
        return ((Decision.Chosen) run(cycle, pod)).node();
    }

    private Decision run(SchedulingCycle cycle, PodInfo pod) {
        return cycle.run(pod, Optional.empty(), cache.snapshot(), new Random(1));
    }

    private static Node reserved(String name, String team) {
        return new NodeBuilder(Samples.node(name, "4", "8Gi"))
                .editMetadata()
                .addToLabels("for", team)
                .endMetadata()
                .build();
    }

    private static PodInfo pod(String name, String team) {
        PodBuilder pod = new PodBuilder(Samples.pod(name, "1", "1Gi"));
        return PodInfo.of(
                team == null
                        ? pod.build()
                        : pod.editMetadata()
                                .addToLabels("team", team)
                                .endMetadata()
                                .build());
    }
}

package io.lembos.scheduler;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.scheduler.config.ForeignPlugins;
import io.lembos.scheduler.config.SchedulerConfiguration;
import io.lembos.scheduler.config.Yaml;
import io.lembos.scheduler.framework.PluginFactory;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin that somebody else has written ({@link io.lembos.scheduler.example.ReservedNodes}), found on the class path. */
class ForeignPluginTest {
    private static final PluginFactory[] FOUND = ForeignPlugins.onClassPath().toArray(PluginFactory[]::new);

    @Test
    void pluginOnTheClassPathDecidesWhereItIsEnabled(@TempDir Path directory) throws Exception {
        SchedulerConfiguration configuration = Yaml.read("""
                profiles:
                - plugins: {multiPoint: {enabled: [{name: ReservedNodes, weight: 10}]}}
                  pluginConfig: [{name: ReservedNodes, args: {label: for}}]
                """, FOUND);
        try (LiveCluster cluster = new LiveCluster(directory)) {
            cluster.start((client, clock) -> new Scheduler(client, clock, new Random(1), configuration));
            cluster.create(node("open", "8", "16Gi"));
            cluster.create(new NodeBuilder(node("reserved", "2", "4Gi"))
                    .editMetadata()
                    .addToLabels("for", "a")
                    .endMetadata()
                    .build());
            cluster.create(pod("anybody", "1", "1Gi"));
            cluster.awaitNode("anybody", "open");
            cluster.create(new PodBuilder(pod("mine", "1", "1Gi"))
                    .editMetadata()
                    .addToLabels("team", "a")
                    .endMetadata()
                    .build());
            cluster.awaitNode("mine", "reserved");
        }
    }

    @Test
    void pluginThatNobodyEnablesDoesNothing() {
        assertThat(Yaml.read("", FOUND)).isEqualTo(SchedulerConfiguration.DEFAULT);
    }

    @Test
    void pluginWhoseArgsAreMissingSaysSo() {
        assertThatThrownBy(
                        () -> Yaml.read("profiles: [{plugins: {filter: {enabled: [{name: ReservedNodes}]}}}]", FOUND))
                .hasMessage(
                        "profiles[0].plugins.filter.enabled[0].name: Invalid value: \"ReservedNodes\": label is missing");
    }
}

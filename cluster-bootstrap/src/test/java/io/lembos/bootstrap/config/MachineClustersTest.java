package io.lembos.bootstrap.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineClustersTest {
    @TempDir
    Path directory;

    @Test
    void clustersOfAllHomesAreKnownUntilTheyAreDeleted() throws Exception {
        ClusterFiles here = ClusterFiles.of(directory.resolve("here"), "dev");
        ClusterFiles there = ClusterFiles.of(directory.resolve("there"), "dev");
        bringUp(here);
        ClusterConfig other = bringUp(there);

        try (MachineClusters machine = MachineClusters.open(directory.resolve("run"))) {
            assertThat(machine.othersThan(here)).containsExactly(other);
            Files.delete(there.config());
            assertThat(machine.othersThan(here)).isEmpty();
        }
        try (Stream<Path> links = Files.list(directory.resolve("run"))) {
            assertThat(links.filter(Files::isSymbolicLink)).hasSize(1);
        }
    }

    @Test
    void twoThatArePlannedAtTheSameTimeGetDifferentPortsAndNetworks() throws Exception {
        ClusterConfig one = bringUp(ClusterFiles.of(directory.resolve("one"), "dev"));
        ClusterConfig two = bringUp(ClusterFiles.of(directory.resolve("two"), "dev"));

        assertThat(List.of(two.apiPort(), two.dashboardPort(), two.kubeletPort()))
                .doesNotContain(one.apiPort(), one.dashboardPort(), one.kubeletPort());
        assertThat(two.podCidr()).isNotEqualTo(one.podCidr());
    }

    private ClusterConfig bringUp(ClusterFiles files) throws Exception {
        ClusterPlan.Wishes none = new ClusterPlan.Wishes(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.of("simulated"),
                Optional.empty(),
                Optional.empty(),
                Optional.of("node"));
        try (MachineClusters machine = MachineClusters.open(directory.resolve("run"))) {
            ClusterConfig config = ClusterPlan.decide(machine.othersThan(files), "dev", Optional.empty(), none);
            files.save(config);
            machine.add(files);
            return config;
        }
    }
}

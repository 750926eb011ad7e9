package io.lembos.runtime.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lembos.runtime.client.UnixSocketPath;
import io.lembos.runtime.process.Capabilities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerdConfigTest {

    private static final PodNetwork NETWORK = new PodNetwork("lb-test", "10.9.0.0/24");

    @TempDir
    Path directory;

    @Test
    void everythingIsBelowTheClustersDirectory() {
        String config = ContainerdConfig.render(spec("/var/lib/x/containerd"), new Capabilities(-1));

        assertThat(config)
                .contains("root = \"/var/lib/x/containerd/root\"")
                .contains("state = \"/var/lib/x/containerd/state\"")
                .contains("address = \"/var/lib/x/containerd/c.sock\"")
                .contains("conf_dir = \"/var/lib/x/containerd/cni\"")
                .contains("sandbox_image = \"lembos.local/pause:1\"")
                .contains("restrict_oom_score_adj = false")
                .doesNotContain("/run/containerd");
    }

    @Test
    void withoutTheRightOomScoresAreLeftAlone() {
        String config = ContainerdConfig.render(
                spec("/var/lib/x/containerd"), new Capabilities(~(1L << Capabilities.SYS_RESOURCE)));

        assertThat(config).contains("restrict_oom_score_adj = true");
    }

    @Test
    void directoryThatMakesTheSocketTooLongIsRefused() {
        assertThatThrownBy(() -> spec("/var/" + "a".repeat(92))).hasMessageContaining("at most 107");
    }

    @Test
    void cniNetworkMasqueradesOnlyWhereIptablesWorks() {
        var with = new CniConfig(NETWORK, Path.of("/leases"), true, true).json();
        var without = new CniConfig(NETWORK, Path.of("/leases"), false, true).json();

        assertThat(with.at("/cniVersion").asText()).isEqualTo("0.4.0");
        assertThat(with.at("/plugins/0/ipMasq").asBoolean()).isTrue();
        assertThat(with.at("/plugins/0/ipam/ranges/0/0/subnet").asText()).isEqualTo("10.9.0.0/24");
        assertThat(with.at("/plugins/0/ipam/dataDir").asText()).isEqualTo("/leases");
        assertThat(with.at("/plugins/1/type").asText()).isEqualTo("portmap");
        assertThat(without.at("/plugins/0/ipMasq").asBoolean()).isFalse();
        assertThat(without.at("/plugins")).hasSize(1);
    }

    @Test
    void bridgeNameFitsTheKernel() {
        assertThatThrownBy(() -> new PodNetwork("lb-a-long-cluster", "10.0.0.0/24"))
                .hasMessageContaining("15");
        assertThatThrownBy(() -> new PodNetwork("a b", "10.0.0.0/24")).hasMessageContaining("bridge name");
    }

    @Test
    void rulesOfDeadPodsAreRemovedWithTheirChains() {
        String rule = "-A POSTROUTING -s 10.9.0.2/32 -m comment --comment \"name: \\\"lb-test\\\" id: \\\"x\\\"\""
                + " -j CNI-0123456789abcdef01234567";

        assertThat(NetworkTranslation.removal(List.of(rule)))
                .isEqualTo("*nat\n-D" + rule.substring(2) + "\n-F CNI-0123456789abcdef01234567\n"
                        + "-X CNI-0123456789abcdef01234567\nCOMMIT\n");
    }

    @Test
    void missingProgramsAreNamedWithTheirPackages() throws IOException {
        Files.createFile(directory.resolve("runc")).toFile().setExecutable(true);

        var result = new ContainerdLocator(List.of(directory), List.of(directory)).locate();

        assertThat(result).isInstanceOfSatisfying(ContainerdLocator.Result.Missing.class, missing -> {
            assertThat(missing.packages())
                    .contains("containerd", "containernetworking-plugins")
                    .doesNotContain("runc");
            assertThat(missing.message()).contains("apt-get install").contains("CNI plugin bridge");
        });
    }

    private static ContainerdSpec spec(String directory) {
        Path path = Path.of(directory);
        Path bin = Path.of("/usr/bin");
        return new ContainerdSpec(
                path,
                new UnixSocketPath(path.resolve("c.sock")),
                NETWORK,
                new ContainerdBinaries(
                        bin.resolve("containerd"),
                        bin.resolve("containerd-shim-runc-v2"),
                        bin.resolve("ctr"),
                        bin.resolve("runc"),
                        Path.of("/usr/lib/cni")));
    }
}

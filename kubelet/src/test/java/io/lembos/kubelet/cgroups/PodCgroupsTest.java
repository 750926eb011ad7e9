package io.lembos.kubelet.cgroups;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodCgroupsTest {
    @TempDir
    private Path root;

    private PodCgroups cgroups;

    @BeforeEach
    void start() {
        cgroups = new PodCgroups(new CgroupFiles(root), "/c", BigDecimal.valueOf(2));
    }

    @Test
    void podIsLimitedBelowItsTier() throws IOException {
        cgroups.prepare(pod("1", "Guaranteed", "500m", "1Mi"));
        cgroups.prepare(pod("2", "Burstable", "250m", null));
        cgroups.prepare(pod("3", "BestEffort", null, null));

        assertThat(root.resolve("cpu/c/kubepods/cpu.shares")).hasContent("2048");
        assertThat(root.resolve("cpu/c/kubepods/pod1/cpu.shares")).hasContent("512");
        assertThat(root.resolve("cpu/c/kubepods/pod1/cpu.cfs_quota_us")).hasContent("50000");
        assertThat(root.resolve("memory/c/kubepods/pod1/memory.limit_in_bytes")).hasContent("1048576");
        assertThat(root.resolve("cpu/c/kubepods/burstable/pod2/cpu.shares")).hasContent("256");
        assertThat(root.resolve("cpu/c/kubepods/burstable/pod2/cpu.cfs_quota_us"))
                .hasContent("-1");
        assertThat(root.resolve("memory/c/kubepods/burstable/pod2/memory.limit_in_bytes"))
                .hasContent("-1");
        assertThat(root.resolve("cpu/c/kubepods/besteffort/cpu.shares")).hasContent("2");
        assertThat(root.resolve("cpu/c/kubepods/besteffort/pod3/cpu.shares")).hasContent("2");
        assertThat(PodCgroups.path("/c", pod("2", "Burstable", "250m", null))).isEqualTo("/c/kubepods/burstable/pod2");
    }

    @Test
    void burstablePodsWeighWhatTheyAskForTogether() throws IOException {
        Path shares = root.resolve("cpu/c/kubepods/burstable/cpu.shares");
        cgroups.prepare(pod("1", "Burstable", "250m", null));
        cgroups.prepare(pod("2", "Burstable", "500m", null));
        cgroups.prepare(pod("3", "Guaranteed", "1", "1Mi"));
        assertThat(shares).hasContent("768");

        Pod ended = new PodBuilder(pod("2", "Burstable", "500m", null))
                .editStatus()
                .withPhase("Succeeded")
                .endStatus()
                .build();
        cgroups.count(ended);
        assertThat(shares).hasContent("256");
        Files.delete(root.resolve("cpu/c/kubepods/burstable/pod1/cpu.shares"));
        cgroups.remove("1");
        assertThat(shares).hasContent("2");
    }

    @Test
    void versionTwoHasWeightsAndMaxima() throws IOException {
        Files.writeString(root.resolve("cgroup.controllers"), "cpu memory\n");
        for (String folder : new String[] {"c", "c/kubepods", "c/kubepods/burstable", "c/kubepods/besteffort"}) {
            Files.createDirectories(root.resolve(folder));
            Files.writeString(root.resolve(folder).resolve("cgroup.controllers"), "cpu memory\n");
        }
        Files.createDirectory(root.resolve("c/kubepods/pod1"));
        Files.writeString(root.resolve("c/kubepods/pod1/cgroup.controllers"), "");
        cgroups.prepare(pod("1", "Guaranteed", "1", "1Mi"));

        assertThat(root.resolve("c/kubepods/pod1/cpu.weight")).hasContent("100");
        assertThat(root.resolve("c/kubepods/pod1/cpu.max")).hasContent("100000 100000");
        assertThat(root.resolve("c/kubepods/pod1/memory.max")).hasContent("1048576");
        assertThat(root.resolve("c/kubepods/memory.max")).hasContent("max");
        assertThat(root.resolve("c/kubepods/cgroup.subtree_control")).hasContent("+memory");
    }

    @Test
    void withoutAParentNothingIsMade() throws IOException {
        PodCgroups none = new PodCgroups(new CgroupFiles(root), "", BigDecimal.ONE);
        none.prepare(pod("1", "Burstable", "1", null));
        none.remove("1");

        assertThat(root).isEmptyDirectory();
    }

    private static Pod pod(String uid, String qos, String cpu, String memoryLimit) {
        Map<String, Quantity> requests = cpu == null ? Map.of() : Map.of("cpu", new Quantity(cpu));
        Map<String, Quantity> limits =
                memoryLimit == null ? Map.of() : Map.of("cpu", new Quantity(cpu), "memory", new Quantity(memoryLimit));
        return new PodBuilder()
                .withNewMetadata()
                .withUid(uid)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withNewResources()
                .addToRequests(requests)
                .addToLimits(limits)
                .endResources()
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withQosClass(qos)
                .withPhase("Pending")
                .endStatus()
                .build();
    }
}

package io.lembos.kubelet.eviction;

import static io.lembos.kubelet.eviction.TestPods.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.kubelet.node.NodeConditions.Finding;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodePressureTest {
    private final NodePressure pressure = new NodePressure();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // conditions, quality of the pod, its priority, its tolerations, whether it is taken
                " | BestEffort | 0 | | true",
                "MEMORY | BestEffort | 0 | | false",
                "MEMORY | Burstable | 0 | | true",
                "MEMORY | BestEffort | 2000000000 | | true",
                "MEMORY | BestEffort | 0 | {'key':'node.kubernetes.io/memory-pressure','operator':'Exists'} | true",
                "MEMORY | BestEffort | 0 | {'operator':'Exists'} | true",
                "MEMORY | BestEffort | 0 | {'key':'node.kubernetes.io/disk-pressure','operator':'Exists'} | false",
                "MEMORY | BestEffort | 0 | {'operator':'Exists','effect':'NoExecute'} | false",
                "MEMORY DISK | Burstable | 0 | | false",
                "DISK | Guaranteed | 0 | | false",
                "PID | Guaranteed | 0 | | false",
                "DISK | Guaranteed | 2000000000 | | true",
            })
    void nodeTakesWhatDoesItNoHarm(String conditions, String quality, int priority, String tolerations, boolean taken) {
        pressure.set(
                conditions == null
                        ? Set.of()
                        : Arrays.stream(conditions.split(" "))
                                .map(PressureCondition::valueOf)
                                .collect(Collectors.toSet()));
        Pod pod = pod("p", priority, "{}", tolerations == null ? "" : "'tolerations':[" + tolerations + "]");
        pod.getStatus().setQosClass(quality);

        assertThat(pressure.judge(pod).isEmpty()).isEqualTo(taken);
    }

    @Test
    void refusalNamesTheConditions() {
        pressure.set(Set.of(PressureCondition.MEMORY, PressureCondition.DISK));
        assertThat(pressure.judge(pod("p", 0, "{}", "")).orElseThrow())
                .hasToString(
                        "Rejection[reason=Evicted, message=The node had condition: [DiskPressure MemoryPressure]. ]");
    }

    @Test
    void nodeTellsWhatHoldsAndWhatDoesNot() {
        pressure.set(Set.of(PressureCondition.PID));
        assertThat(pressure.findings())
                .containsExactly(Finding.noMemoryPressure(), Finding.noDiskPressure(), Finding.pidPressure());
    }
}

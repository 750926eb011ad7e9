package io.lembos.scheduler.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodRequestsTest {
    private static final long MIB = 1L << 20;

    /** CPU of init containers in order (a star marks sidecars), of containers, and of the whole. */
    @ParameterizedTest
    @CsvSource({
        "'', 1 2, 3000",
        "4, 1 2, 4000",
        "2 2, 1 2, 3000",
        // a sidecar runs beside everything that comes after it
        "1*, 1 2, 4000",
        "1* 4, 1 2, 5000",
        "4 1*, 1 2, 4000",
        "2* 3 2*, 1, 5000",
        "2* 1 2*, 2, 6000",
    })
    void cpuIsThePeakOfWhatRunsTogether(String inits, String containers, long milliCpu) {
        Pod pod = new PodBuilder()
                .withNewSpec()
                .withInitContainers(containers(inits))
                .withContainers(containers(containers))
                .endSpec()
                .build();
        assertThat(new PodRequests(pod).real().milliCpu()).isEqualTo(milliCpu);
    }

    @Test
    void fractionsAreSummedBeforeTheyAreRoundedUp() {
        assertThat(new PodRequests(pod(requests("cpu=100.4m"), requests("cpu=100.4m")))
                        .real()
                        .milliCpu())
                .isEqualTo(201);
        assertThat(new PodRequests(pod(requests("memory=0.1"))).real().memoryBytes())
                .isEqualTo(1);
    }

    @Test
    void amountsBeyondAllNumbersAreTheGreatestNumber() {
        assertThat(new PodRequests(pod(requests("memory=100E"))).real().memoryBytes())
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void podLevelRequestsReplaceTheSumAndOverheadComesOnTop() {
        Pod pod = pod(requests("cpu=1,memory=1Gi,hugepages-2Mi=2Mi,example.com/gpu=1"));
        pod.getSpec().setResources(requests("cpu=3,hugepages-2Mi=8Mi,example.com/gpu=4,ephemeral-storage=1Gi"));
        pod.getSpec().setOverhead(Map.of("cpu", new Quantity("250m"), "memory", new Quantity("120Mi")));
        assertThat(new PodRequests(pod).real())
                .isEqualTo(new ResourceAmounts(
                        3250, 1144 * MIB, 0, Map.of("hugepages-2Mi", 8 * MIB, "example.com/gpu", 1L)));
    }

    @Test
    void containersThatDoNotSayCountWithDefaultsInScores() {
        Pod pod = pod(requests("cpu=1"), requests("memory=0"), null);
        assertThat(new PodRequests(pod).scoring()).isEqualTo(new ResourceAmounts(1200, 400 * MIB, 0, Map.of()));
        assertThat(new PodRequests(pod).scoringPlaced()).isEqualTo(new PodRequests(pod).scoring());
        assertThat(new PodRequests(pod).real()).isEqualTo(new ResourceAmounts(1000, 0, 0, Map.of()));
    }

    @Test
    void podThatAsksAsAWholeHasDefaultsOnlyForWhatNobodyMentions() {
        Pod pod = pod(null, requests("memory=100Mi"));
        pod.getSpec().setResources(requests("cpu=2"));
        assertThat(new PodRequests(pod).scoring()).isEqualTo(new ResourceAmounts(2000, 300 * MIB, 0, Map.of()));
        assertThat(new PodRequests(pod).scoringPlaced()).isEqualTo(new ResourceAmounts(2000, 100 * MIB, 0, Map.of()));
        Pod silent = pod(null, (ResourceRequirements) null);
        silent.getSpec().setResources(requests("cpu=2"));
        assertThat(new PodRequests(silent).scoringPlaced())
                .isEqualTo(new ResourceAmounts(2000, 400 * MIB, 0, Map.of()));
    }

    /** Wanted 1 CPU and 1 GiB; 2 CPU are allocated, 1500 MiB in force. */
    @ParameterizedTest
    @CsvSource({"Deferred, 2000, 1500", "Infeasible, 2000, 1500", "'', 2000, 1500"})
    void containerThatIsResizedCountsWithTheLargest(String pending, long milliCpu, long mib) {
        Pod pod = resized(pod(requests("cpu=1,memory=1Gi")), pending, "cpu=1500m,memory=1500Mi", "cpu=2,memory=512Mi");
        assertThat(new PodRequests(pod).real()).isEqualTo(new ResourceAmounts(milliCpu, mib * MIB, 0, Map.of()));
    }

    /** Wanted are 8 CPU, of which 1 is there. */
    @ParameterizedTest
    @CsvSource({"Deferred, 8000", "Infeasible, 1000"})
    void growthThatCanNeverBeDoesNotCount(String pending, long milliCpu) {
        Pod pod = resized(pod(requests("cpu=8")), pending, "cpu=1", "cpu=1");
        assertThat(new PodRequests(pod).real().milliCpu()).isEqualTo(milliCpu);
    }

    @Test
    void podLevelResizeCountsWithTheLargest() {
        Pod pod = resized(pod(requests("cpu=1")), "", "cpu=1", "cpu=1");
        pod.getSpec().setResources(requests("cpu=2"));
        pod.getStatus().setResources(requests("cpu=4,example.com/gpu=3"));
        pod.getStatus().setAllocatedResources(Map.of("cpu", new Quantity("3")));
        assertThat(new PodRequests(pod).real()).isEqualTo(new ResourceAmounts(4000, 0, 0, Map.of()));
    }

    private static Container[] containers(String cpus) {
        return Arrays.stream(cpus.split(" "))
                .filter(cpu -> !cpu.isEmpty())
                .map(cpu -> new ContainerBuilder()
                        .withRestartPolicy(cpu.endsWith("*") ? "Always" : null)
                        .withResources(requests("cpu=" + cpu.replace("*", "")))
                        .build())
                .toArray(Container[]::new);
    }

    private static Pod pod(ResourceRequirements... containers) {
        PodBuilder pod = new PodBuilder().withNewSpec().endSpec();
        for (int c = 0; c < containers.length; c++) {
            pod.editSpec()
                    .addNewContainer()
                    .withName("c" + c)
                    .withResources(containers[c])
                    .endContainer()
                    .endSpec();
        }
        return pod.build();
    }

    private static ResourceRequirements requests(String amounts) {
        return new ResourceRequirementsBuilder()
                .withRequests(quantities(amounts))
                .build();
    }

    private static Map<String, Quantity> quantities(String amounts) {
        return Arrays.stream(amounts.split(","))
                .map(amount -> amount.split("="))
                .collect(Collectors.toMap(amount -> amount[0], amount -> new Quantity(amount[1])));
    }

    private static Pod resized(Pod pod, String pending, String inForce, String allocated) {
        ContainerStatus status = new ContainerStatusBuilder()
                .withName("c0")
                .withResources(requests(inForce))
                .withAllocatedResources(quantities(allocated))
                .build();
        PodBuilder resized = new PodBuilder(pod)
                .withNewStatus()
                .withContainerStatuses(List.of(status))
                .endStatus();
        if (!pending.isEmpty()) {
            resized.editStatus()
                    .addNewCondition()
                    .withType("PodResizePending")
                    .withReason(pending)
                    .endCondition()
                    .endStatus();
        }
        return resized.build();
    }
}

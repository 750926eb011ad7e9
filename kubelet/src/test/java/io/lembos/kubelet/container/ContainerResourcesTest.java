package io.lembos.kubelet.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.json.TypedJson;
import io.lembos.runtime.cri.v1.LinuxContainerResources;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerResourcesTest {
    private static final long MEMORY = 1000L << 20;

    @ParameterizedTest
    @CsvSource({
        "Guaranteed, 500Mi, -997",
        "BestEffort, 0,     1000",
        "Burstable,  0,     999",
        "Burstable,  1,     999",
        "Burstable,  500Mi, 500",
        "Burstable,  100Mi, 900",
        "Burstable,  1000Mi, 3",
        "Burstable,  5000Mi, 3",
    })
    void whoAskedForMoreMemoryGoesLater(String qos, String memory, int score) throws Exception {
        Pod pod = pod("[{'name':'main','resources':{'requests':{'memory':'" + memory + "'}}}]", "[]", qos);

        assertThat(resources(pod).getOomScoreAdj()).isEqualTo(score);
    }

    @Test
    void whatTheNodeCannotBeWithoutGoesLast() throws Exception {
        Pod pod = pod("[{'name':'main'}]", "[]", "BestEffort");
        pod.getSpec().setPriorityClassName("system-node-critical");

        assertThat(resources(pod).getOomScoreAdj()).isEqualTo(-997);
    }

    @Test
    void sidecarGoesNoSoonerThanTheContainersOfItsPod() throws Exception {
        Pod pod = pod(
                "[{'name':'main','resources':{'requests':{'memory':'500Mi'}}}]",
                "[{'name':'side','restartPolicy':'Always'}]",
                "Burstable");

        assertThat(new ContainerResources(MEMORY, false)
                        .of(pod, pod.getSpec().getInitContainers().getFirst())
                        .getOomScoreAdj())
                .isEqualTo(500);
    }

    @Test
    void limitsArePassedOn() throws Exception {
        Pod pod = pod(
                "[{'name':'main','resources':{'limits':{'cpu':'1','memory':'1Mi','hugepages-2Mi':'4Mi'}}}]",
                "[]",
                "Burstable");
        LinuxContainerResources one = resources(pod);
        LinuxContainerResources two = new ContainerResources(MEMORY, true)
                .of(pod, pod.getSpec().getContainers().getFirst());

        assertThat(one.getCpuQuota()).isEqualTo(100_000);
        assertThat(one.getMemoryLimitInBytes()).isEqualTo(1 << 20);
        assertThat(one.getHugepageLimits(0).getPageSize()).isEqualTo("2MB");
        assertThat(one.getHugepageLimits(0).getLimit()).isEqualTo(4 << 20);
        assertThat(one.getUnifiedMap()).isEmpty();
        assertThat(two.getUnifiedMap()).containsEntry("memory.oom.group", "1");
        assertThat(two.getMemorySwapLimitInBytes()).isEqualTo(1 << 20);
    }

    @Test
    void podAsksForWhatItsContainersNeedTogether() throws Exception {
        Pod pod = pod(
                "[{'resources':{'requests':{'cpu':'1'}}},{'resources':{'requests':{'cpu':'1'},'limits':{'cpu':'2'}}}]",
                "[{'restartPolicy':'Always','resources':{'requests':{'cpu':'500m'}}},"
                        + "{'resources':{'requests':{'cpu':'3'}}}]",
                "Burstable");
        PodResources resources = new PodResources(pod);

        assertThat(resources.request("cpu")).isEqualByComparingTo("3.5");
        assertThat(resources.limit("cpu")).isEqualByComparingTo("0");
        pod.getSpec().getInitContainers().clear();
        assertThat(resources.request("cpu")).isEqualByComparingTo("2");
        pod.getSpec().getContainers().removeFirst();
        assertThat(resources.limit("cpu")).isEqualByComparingTo(BigDecimal.TWO);
    }

    @Test
    void whatThePodItselfSaysCountsFirst() throws Exception {
        Pod pod = pod("[{'resources':{'requests':{'cpu':'1'}}}]", "[]", "Burstable");
        String own = "{'requests':{'cpu':'4'},'limits':{'cpu':'5'}}".replace('\'', '"');
        pod.getSpec()
                .setResources(
                        TypedJson.MAPPER.readValue(own, io.fabric8.kubernetes.api.model.ResourceRequirements.class));

        assertThat(new PodResources(pod).request("cpu")).isEqualByComparingTo("4");
        assertThat(new PodResources(pod).limit("cpu")).isEqualByComparingTo("5");
    }

    private static LinuxContainerResources resources(Pod pod) {
        return new ContainerResources(MEMORY, false)
                .of(pod, pod.getSpec().getContainers().getFirst());
    }

    private static Pod pod(String containers, String inits, String qos) throws JsonProcessingException {
        String json = "{'spec':{'containers':" + containers + ",'initContainers':" + inits + "},'status':{'qosClass':'"
                + qos + "'}}";
        return TypedJson.MAPPER.readValue(json.replace('\'', '"'), Pod.class);
    }
}

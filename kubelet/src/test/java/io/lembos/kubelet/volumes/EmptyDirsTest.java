package io.lembos.kubelet.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.kubelet.system.Mounts;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmptyDirsTest {

    @ParameterizedTest
    @CsvSource({
        ",        ,        1000",
        "100,     ,        100",
        ",        200,     200",
        "300,     200,     200",
        "5000,    ,        1000",
    })
    void memoryVolumeHoldsTheLeastOfAllLimits(String size, String podLimit, long expected) {
        var pod = new PodBuilder()
                .withNewSpec()
                .addNewContainer()
                .withNewResources()
                .addToLimits(podLimit == null ? Map.of() : Map.of("memory", new Quantity(podLimit)))
                .endResources()
                .endContainer()
                .endSpec()
                .build();
        var source = new EmptyDirVolumeSource("Memory", size == null ? null : new Quantity(size));
        EmptyDirs volumes = new EmptyDirs(new Mounts(), Map.of("memory", new Quantity("1000")));

        assertThat(volumes.bytesMax(pod, source)).hasValue(expected);
    }
}

package io.lembos.kubelet.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceFieldsTest {
    private static final ResourceFields FIELDS = new ResourceFields(
            Map.of("cpu", new Quantity("2"), "memory", new Quantity("4Gi"), "ephemeral-storage", new Quantity("10Gi")));
    private static final Container CONTAINER = new ContainerBuilder()
            .withName("main")
            .withNewResources()
            .addToRequests("cpu", new Quantity("250m"))
            .addToLimits("memory", new Quantity("100Mi"))
            .endResources()
            .build();

    @ParameterizedTest
    @CsvSource({
        "requests.cpu, 1m, 250",
        "requests.cpu, 1, 1",
        "requests.cpu, , 1",
        "requests.memory, 1Mi, 0",
        "limits.memory, 1Mi, 100",
        "limits.memory, 0, 104857600",
        "limits.memory, 1G, 1",
        "limits.cpu, 1m, 2000",
        "limits.ephemeral-storage, 1Gi, 10",
        "limits.hugepages-2Mi, 1Mi, 0",
    })
    void resourceIsWholeUnitsRoundedUpAndFallsBackToTheNode(String path, String divisor, String value) {
        assertThat(FIELDS.value(CONTAINER, path, divisor == null ? null : new Quantity(divisor)))
                .contains(value);
    }

    @Test
    void otherResourcesAreNotTold() {
        assertThat(FIELDS.value(CONTAINER, "limits.gpu", null)).isEmpty();
        assertThat(FIELDS.value(CONTAINER, "cpu", null)).isEmpty();
    }
}

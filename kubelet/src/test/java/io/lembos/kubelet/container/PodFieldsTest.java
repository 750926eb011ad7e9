package io.lembos.kubelet.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodFieldsTest {
    private static final Pod POD = new PodBuilder()
            .withNewMetadata()
            .withName("web")
            .withNamespace("shop")
            .withUid("7")
            .addToLabels("tier", "front")
            .addToLabels("app", "web")
            .addToAnnotations("note", "say \"hi\"\n\t\\ \u0001é")
            .endMetadata()
            .withNewSpec()
            .withNodeName("here")
            .withServiceAccountName("clerk")
            .endSpec()
            .build();

    @ParameterizedTest
    @CsvSource({
        "metadata.name, web",
        "metadata.namespace, shop",
        "metadata.uid, 7",
        "metadata.labels['tier'], front",
        "metadata.labels['none'], ''",
        "spec.nodeName, here",
        "spec.serviceAccountName, clerk",
        "status.podIP, 10.0.0.1",
        "status.podIPs, 10.0.0.1",
        "status.hostIP, 10.0.0.2",
        "status.hostIPs, 10.0.0.2",
    })
    void fieldIsTold(String path, String value) {
        assertThat(PodFields.value(POD, path, "10.0.0.1", "10.0.0.2")).contains(value);
    }

    @Test
    void mapsAreOneQuotedEntryALineInOrder() {
        assertThat(PodFields.value(POD, "metadata.labels")).contains("app=\"web\"\ntier=\"front\"");
        assertThat(PodFields.value(POD, "metadata.annotations")).contains("note=\"say \\\"hi\\\"\\n\\t\\\\ \\x01é\"");
    }

    @Test
    void otherFieldsAreNotTold() {
        assertThat(PodFields.value(POD, "spec.containers", "", "")).isEmpty();
    }
}

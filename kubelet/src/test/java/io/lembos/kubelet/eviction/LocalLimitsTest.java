package io.lembos.kubelet.eviction;

import static io.lembos.kubelet.eviction.TestPods.pod;
import static io.lembos.kubelet.eviction.TestPods.using;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.kubelet.eviction.PodConsumption.Disk;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalLimitsTest {
    private static final String VOLUME = "'volumes':[{'name':'cache','emptyDir':{'sizeLimit':'1Ki'}}]";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // resources, bytes of the container's files, of its logs, of the volume, why it has to go
                "{} | 9999 | 9999 | 1024 | ",
                "{} | 0 | 0 | 1025 | Usage of EmptyDir volume \"cache\" exceeds the limit \"1Ki\".",
                "{'limits':{'ephemeral-storage':'2Ki'}} | 1000 | 1000 | 0 |",
                "{'limits':{'ephemeral-storage':'2Ki'}} | 1000 | 1000 | 100 | Pod ephemeral local storage usage exceeds"
                        + " the total limit of containers 2Ki.",
            })
    void podThatKeepsMoreThanItMayHasToGo(String resources, long root, long logs, long volume, String why) {
        var used = using(0, 1, new Disk(root, 1), new Disk(logs, 1), Map.of("cache", new Disk(volume, 1)));

        assertThat(LocalLimits.exceeded(pod("p", 0, resources, VOLUME), used, false)
                        .map(String::trim)
                        .orElse(null))
                .isEqualTo(why);
    }

    @Test
    void containerMayNotUseWhatAnotherHasLeft() {
        Pod pod = pod(
                "p",
                0,
                "{'limits':{'ephemeral-storage':'1Ki'}}",
                "'initContainers':[{'name':'init','resources':{'limits':{'ephemeral-storage':'1Mi'}}}]");
        var used = using(0, 1, new Disk(1000, 1), new Disk(25, 1), Map.of());

        assertThat(LocalLimits.exceeded(pod, used, false))
                .contains("Container main exceeded its local ephemeral storage limit \"1Ki\". ");
        // What it writes to its own file system lies elsewhere.
        assertThat(LocalLimits.exceeded(pod, used, true)).isEmpty();
    }

    @Test
    void onlyPodsWithLimitsAreLookedAt() {
        assertThat(LocalLimits.has(pod("p", 0, "{}", "'volumes':[{'name':'cache','emptyDir':{}}]")))
                .isFalse();
        assertThat(LocalLimits.has(pod("p", 0, "{}", VOLUME))).isTrue();
        assertThat(LocalLimits.has(pod("p", 0, "{'limits':{'ephemeral-storage':'1Ki'}}", "")))
                .isTrue();
    }
}

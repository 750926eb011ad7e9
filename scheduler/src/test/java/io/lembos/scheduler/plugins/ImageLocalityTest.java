package io.lembos.scheduler.plugins;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerImage;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cache.Snapshot;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageLocalityTest {
    private static final ImageLocality IMAGES = new ImageLocality();
    private static final long MIB = 1L << 20;

    @ParameterizedTest
    @CsvSource({
        "500, 10, 100, 2",
        "500, 100, 100, 48",
        "2000, 100, 100, 100",
        // below 23 MiB it does not matter
        "20, 1, 1, 0",
        "500, 0, 3, -1",
    })
    void countsTheImageByTheShareOfNodesThatHaveIt(long mib, int having, int nodes, long score) {
        SchedulerCache cache = new SchedulerCache();
        for (int n = 0; n < nodes; n++) {
            cache.putNode(n < having ? with("n" + n, image(mib, "image:latest")) : node("n" + n, "4", "8Gi"));
        }
        assertThat(One.score(IMAGES, pod("p", "", ""), cache.snapshot())).isEqualTo(score);
    }

    @ParameterizedTest
    @CsvSource({
        "web, web:latest, true",
        "web:1, web:1, true",
        "web:1, web:latest, false",
        "registry:5000/web, registry:5000/web:latest, true",
        "web@sha256:1f, web@sha256:1f, true",
        "web@sha256:1f, web@sha256:1f:latest, false",
    })
    void nameWithoutTagMeansLatest(String asked, String present, boolean found) {
        assertThat(One.score(IMAGES, running(asked), One.cluster(with("n", image(511, present)))))
                .isEqualTo(found ? 49 : -1);
    }

    @Test
    void sumsInitContainersContainersAndVolumes() {
        Pod pod = new PodBuilder(running("web"))
                .editSpec()
                .withInitContainers(new ContainerBuilder()
                        .withName("init")
                        .withImage("init")
                        .build())
                .addNewVolume()
                .withName("data")
                .withNewImage()
                .withReference("data")
                .endImage()
                .endVolume()
                .endSpec()
                .build();
        Snapshot cluster =
                One.cluster(with("n", image(100, "web:latest"), image(200, "init:latest"), image(400, "data:latest")));
        // 700 MiB of at most 2 × 1000, less 23 on both sides
        assertThat(One.score(IMAGES, pod, cluster)).isEqualTo(34);
    }

    @Test
    void sizeIsWhatTheFirstNodeSaysAndANodeCountsOnce() {
        SchedulerCache cache = new SchedulerCache();
        cache.putNode(with("n", image(500, "image:latest", "image:latest"), image(600, "image:latest")));
        cache.putNode(with("m", image(900, "image:latest")));
        assertThat(One.score(IMAGES, pod("p", "", ""), cache.snapshot())).isEqualTo(48);
        cache.removeNode("n");
        assertThat(One.score(IMAGES, pod("p", "", ""), cache.snapshot())).isEqualTo(48);
        cache.putNode(node("m", "4", "8Gi"));
        assertThat(One.score(IMAGES, pod("p", "", ""), cache.snapshot())).isEqualTo(-1);
    }

    @Test
    void imageThatIsPulledLaterCountsFromThenOn() {
        SchedulerCache cache = new SchedulerCache();
        cache.putNode(node("n", "4", "8Gi"));
        cache.putNode(with("m", image(500, "image:latest")));
        assertThat(One.score(IMAGES, pod("p", "", ""), cache.snapshot())).isZero();
        cache.putNode(with("n", image(500, "image:latest")));
        assertThat(One.score(IMAGES, pod("p", "", ""), cache.snapshot())).isEqualTo(48);
    }

    private static ContainerImage image(long mib, String... names) {
        return new ContainerImage(Arrays.asList(names), mib * MIB);
    }

    private static Node with(String name, ContainerImage... images) {
        Node node = node(name, "4", "8Gi");
        node.getStatus().setImages(List.of(images));
        return node;
    }

    private static Pod running(String image) {
        return new PodBuilder(pod("p", "", ""))
                .editSpec()
                .editFirstContainer()
                .withImage(image)
                .endContainer()
                .endSpec()
                .build();
    }
}

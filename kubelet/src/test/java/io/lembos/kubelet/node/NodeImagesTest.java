package io.lembos.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerImage;
import io.lembos.runtime.cri.v1.Image;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NodeImagesTest {

    @Test
    void theLargestAreToldByTheirDigestsAndTags() {
        Image small =
                Image.newBuilder().setId("a").setSize(1).addRepoTags("small:1").build();
        Image large = Image.newBuilder()
                .setId("b")
                .setSize(2)
                .addRepoTags("large:1")
                .addRepoDigests("large@sha256:0")
                .build();
        assertThat(NodeImages.of(List.of(small, large)))
                .containsExactly(
                        new ContainerImage(List.of("large@sha256:0", "large:1"), 2L),
                        new ContainerImage(List.of("small:1"), 1L));
    }

    @Test
    void aNodeTellsFiftyAtMostAndFiveNamesOfEach() {
        Image.Builder many = Image.newBuilder().setSize(7);
        IntStream.range(0, 9).forEach(i -> many.addRepoTags("image:" + i));
        List<Image> images = IntStream.range(0, 60)
                .mapToObj(i -> many.setId("id-" + i).build())
                .toList();
        assertThat(NodeImages.of(images))
                .hasSize(50)
                .allSatisfy(told -> assertThat(told.getNames()).hasSize(5));
    }
}

package io.lembos.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lembos.runtime.ContainerRuntimeContract;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.ContainerConfig;
import io.lembos.runtime.cri.v1.ImageSpec;
import io.lembos.runtime.cri.v1.Mount;
import io.lembos.runtime.process.MountTable;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Images as volumes: seen, neither written nor executed, and let go with the container. */
class OciImageMountsIT {
    private static OciNode node;
    private static OciPods pods;

    @BeforeAll
    static void open() throws IOException {
        node = new OciNode();
        pods = new OciPods(node);
    }

    @AfterAll
    static void nothingIsLeft() throws IOException {
        node.close();
    }

    @AfterEach
    void removePods() {
        node.removePods();
    }

    private static ContainerConfig with(Mount.Builder mount) {
        return OciPods.container("sleep", "600").addMounts(mount).build();
    }

    private static Mount.Builder image(String image) {
        return Mount.newBuilder()
                .setContainerPath("/volume")
                .setReadonly(true)
                .setImage(ImageSpec.newBuilder().setImage(image));
    }

    private static Mount.Builder image() {
        return image(ContainerRuntimeContract.IMAGE);
    }

    private String run(String container, String script) {
        return pods.exec(container, script).getStdout().toStringUtf8().strip();
    }

    @Test
    void imageIsReadButNeitherWrittenNorExecuted() {
        String id = pods.startIn(pods.sandbox(), with(image()));

        assertThat(run(id, "/bin/busybox ls /volume/bin")).isEqualTo("busybox");
        assertThat(run(id, "echo x > /volume/new || echo refused")).isEqualTo("refused");
        assertThat(run(id, "/volume/bin/busybox true || echo refused")).isEqualTo("refused");
        assertThat(node.runtime().containerStatus(id).getMounts(0).hasImage()).isTrue();
    }

    @Test
    void partOfAnImageIsMounted() {
        String id = pods.startIn(pods.sandbox(), with(image().setImageSubPath("bin")));

        assertThat(run(id, "/bin/busybox ls /volume")).isEqualTo("busybox");
    }

    @Test
    void imageIsLetGoWithItsContainer() {
        String id = pods.startIn(pods.sandbox(), with(image()));
        assertThat(MountTable.below(node.settings.containers())).anyMatch(m -> m.endsWith("image-0"));

        node.runtime().removeContainer(id);

        assertThat(MountTable.below(node.settings.containers())).isEmpty();
        assertThat(node.image.layer().resolve("bin/busybox")).exists();
    }

    @Test
    void containerWhoseImageOrPartIsNotThereIsNotMade() {
        String sandbox = pods.sandbox();

        assertThatThrownBy(() -> pods.create(sandbox, pods.grouped(), with(image("other:1"))))
                .isInstanceOf(ContainerRuntimeException.class)
                .hasMessage("image \"other:1\": not found");
        assertThatThrownBy(() -> pods.create(sandbox, pods.grouped(), with(image().setImageSubPath("none"))))
                .isInstanceOf(ContainerRuntimeException.class)
                .hasMessage("the image has no \"none\" to mount");
        assertThat(node.settings.containers()).isEmptyDirectory();
    }
}

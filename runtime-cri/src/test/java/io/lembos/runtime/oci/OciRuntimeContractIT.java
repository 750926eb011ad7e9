package io.lembos.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ContainerRuntimeContract;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.ImageService;
import io.lembos.runtime.containerd.CniConfig;
import io.lembos.runtime.containerd.PodNetwork;
import io.lembos.runtime.cri.v1.ContainerState;
import io.lembos.runtime.cri.v1.Image;
import io.lembos.runtime.cri.v1.ImageSpec;
import io.lembos.runtime.cri.v1.ImageStatusRequest;
import io.lembos.runtime.cri.v1.ImageStatusResponse;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.cri.v1.PullImageRequest;
import io.lembos.runtime.process.ChildProcess;
import io.lembos.runtime.process.LinuxProcess;
import io.lembos.runtime.process.MountTable;
import io.lembos.runtime.store.ImageFiles;
import io.lembos.runtime.time.SystemRuntimeClock;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract on real containers, and that they outlive the runtime's process. */
class OciRuntimeContractIT extends ContainerRuntimeContract {
    private static final SystemRuntimeClock CLOCK = new SystemRuntimeClock();

    private static OciSettings settings;
    private static OneImage image;
    private static OciContainerRuntime runtime;

    @BeforeAll
    static void open() throws IOException {
        int number = ThreadLocalRandom.current().nextInt(0x10000);
        Path root = Files.createTempDirectory("lboci").toRealPath();
        PodNetwork network = new PodNetwork(
                "lbo%04x".formatted(number), "10.%d.%d.0/24".formatted(168 + (number & 31), number >> 8));
        Path plugins = Path.of("/usr/lib/cni");
        ObjectNode cni =
                CniConfig.forHost(network, root.resolve("leases"), plugins).json();
        settings = new OciSettings(root, Path.of("/usr/sbin/runc"), Path.of("/usr/bin/conmon"), plugins, cni);
        image = new OneImage(root.resolve("image"));
        runtime = OciContainerRuntime.open(settings, image, CLOCK);
    }

    @AfterAll
    static void nothingIsLeft() throws IOException {
        runtime.close();
        assertThat(MountTable.below(settings.root())).isEmpty();
        assertThat(LinuxProcess.all()
                        .filter(p -> p.program().equals("conmon")
                                && p.arguments()
                                        .toString()
                                        .contains(settings.root().toString())))
                .isEmpty();
        assertThat(settings.containers()).isEmptyDirectory();
        assertThat(settings.sandboxes()).isEmptyDirectory();
        String bridge = settings.network().get("name").asText();
        try (var leases = Files.list(settings.root().resolve("leases").resolve(bridge))) {
            assertThat(leases.filter(lease -> lease.getFileName().toString().startsWith("10.")))
                    .isEmpty();
        }
        ChildProcess.run(List.of("ip", "link", "delete", bridge), Duration.ofSeconds(5));
        ChildProcess.run(List.of("rm", "-r", settings.root().toString()), Duration.ofSeconds(20));
        CLOCK.close();
    }

    @Override
    protected ContainerRuntime runtime() {
        return runtime;
    }

    @Override
    protected ImageService images() {
        return image;
    }

    @Test
    void podAnswersOnItsAddressFromTheHost() {
        PodSandboxConfig config = podConfig();
        String sandbox = runSandbox(config);
        startContainer(sandbox, config, "httpd", "-f", "-p", "8080");
        String ip = runtime().podSandboxStatus(sandbox).getNetwork().getIp();

        await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> {
            try (Socket socket = new Socket(ip, 8080)) {
                return socket.isConnected();
            }
        });
    }

    @Test
    void nextInstanceGoesOnWithWhatRunsAndTakesAwayWhatWasHalfMade() throws IOException {
        PodSandboxConfig config = podConfig();
        String sandbox = runSandbox(config);
        String kept = startContainer(sandbox, config, "sleep", "600");
        String half = startContainer(sandbox, config, "sleep", "601");
        Files.delete(settings.containers().resolve(half).resolve("state.json"));
        runtime.close();

        runtime = OciContainerRuntime.open(settings, image, CLOCK);

        assertThat(runtime.containerStatus(kept).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        assertThat(settings.containers().resolve(half)).doesNotExist();
        assertThat(LinuxProcess.all().filter(p -> p.hasOption("sleep", "601"))).isEmpty();
        runtime.stopContainer(kept, Duration.ofSeconds(0));
        assertThat(runtime.containerStatus(kept).getExitCode()).isEqualTo(137);
    }

    /** Busybox and nothing else, under the names of the contract. */
    private record OneImage(Path layer) implements ImageFiles, ImageService {
        private static final String ID = "sha256:" + "1".repeat(64);
        private static final String FULL_NAME = "docker.io/library/" + IMAGE;

        OneImage {
            try {
                Files.createDirectories(layer.resolve("bin"));
                Files.copy(Path.of("/bin/busybox"), layer.resolve("bin/busybox"));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public Unpacked unpacked(String name) {
            if (!List.of(ID, FULL_NAME, IMAGE).contains(name)) {
                throw new ContainerRuntimeException(Status.Code.NOT_FOUND, "image \"" + name + "\": not found");
            }
            return new Unpacked(ID, JsonNodeFactory.instance.objectNode(), List.of(layer));
        }

        @Override
        public ImageStatusResponse imageStatus(ImageStatusRequest request) {
            if (!List.of(ID, FULL_NAME, IMAGE).contains(request.getImage().getImage())) {
                return ImageStatusResponse.getDefaultInstance();
            }
            return ImageStatusResponse.newBuilder()
                    .setImage(
                            Image.newBuilder().setId(ID).addRepoTags(FULL_NAME).setSize(1))
                    .build();
        }

        @Override
        public List<Image> listImages(io.lembos.runtime.cri.v1.ImageFilter filter) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String pullImage(PullImageRequest request) {
            throw new ContainerRuntimeException(
                    Status.Code.NOT_FOUND, request.getImage().getImage() + ": there is no registry");
        }

        @Override
        public void removeImage(ImageSpec spec) {}

        @Override
        public io.lembos.runtime.cri.v1.ImageFsInfoResponse imageFsInfo() {
            throw new UnsupportedOperationException();
        }
    }
}

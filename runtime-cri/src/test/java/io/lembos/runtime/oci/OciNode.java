package io.lembos.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeContract;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.ImageService;
import io.lembos.runtime.containerd.CniConfig;
import io.lembos.runtime.containerd.PodNetwork;
import io.lembos.runtime.cri.v1.ContainerFilter;
import io.lembos.runtime.cri.v1.Image;
import io.lembos.runtime.cri.v1.ImageSpec;
import io.lembos.runtime.cri.v1.ImageStatusRequest;
import io.lembos.runtime.cri.v1.ImageStatusResponse;
import io.lembos.runtime.cri.v1.PodSandboxFilter;
import io.lembos.runtime.cri.v1.PullImageRequest;
import io.lembos.runtime.process.ChildProcess;
import io.lembos.runtime.process.LinuxProcess;
import io.lembos.runtime.process.MountTable;
import io.lembos.runtime.store.ImageFiles;
import io.lembos.runtime.time.SystemRuntimeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** A runtime with a folder, a network and one image of its own; closing it says whether anything was left behind. */
final class OciNode implements AutoCloseable {
    private static final String IMAGE = ContainerRuntimeContract.IMAGE;

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final SystemRuntimeClock clock = new SystemRuntimeClock();
    final OciSettings settings;
    final OneImage image;
    final int number;
    private OciContainerRuntime runtime;

    OciNode() throws IOException {
        this(
                Files.createTempDirectory("lboci").toRealPath(),
                ThreadLocalRandom.current().nextInt(0x10000));
        image.make();
        open();
    }

    /** One that is there already, or was, under the same root and number; not opened. */
    OciNode(Path root, int number) {
        this.number = number;
        PodNetwork network = new PodNetwork(
                "lbo%04x".formatted(number), "10.%d.%d.0/24".formatted(168 + (number & 31), number >> 8));
        Path plugins = Path.of("/usr/lib/cni");
        ObjectNode cni =
                CniConfig.forHost(network, root.resolve("leases"), plugins).json();
        settings = new OciSettings(root, Path.of("/usr/sbin/runc"), Path.of("/usr/bin/conmon"), plugins, cni);
        image = new OneImage(root.resolve("image"));
    }

    void open() throws IOException {
        runtime = OciContainerRuntime.open(settings, image, clock);
    }

    /** Parent of all control groups that pods of {@link OciPods} have here. */
    String cgroup() {
        return "/" + settings.network().get("name").asText();
    }

    OciContainerRuntime runtime() {
        return runtime;
    }

    /** As after the end of the process. */
    void restart() throws IOException {
        runtime.close();
        runtime = OciContainerRuntime.open(settings, image, clock);
    }

    void removePods() {
        runtime.listPodSandboxes(PodSandboxFilter.getDefaultInstance())
                .forEach(sandbox -> runtime.removePodSandbox(sandbox.getId()));
        runtime.listContainers(ContainerFilter.getDefaultInstance())
                .forEach(container -> runtime.removeContainer(container.getId()));
    }

    /** Processes, mounts, control groups, addresses and files: after all pods are removed there is none. */
    void assertNothingIsLeft() throws IOException {
        assertThat(MountTable.below(settings.root())).isEmpty();
        // A conmon whose container has ended may take a moment more.
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(LinuxProcess.all()
                                .filter(p -> p.handle().pid()
                                        != ProcessHandle.current().pid())
                                .filter(p -> p.arguments()
                                        .toString()
                                        .contains(settings.root().toString())))
                        .isEmpty());
        for (Path folder : List.of(
                settings.containers(), settings.sandboxes(), settings.pids(), settings.exits(), settings.execs())) {
            assertThat(folder).isEmptyDirectory();
        }
        Path leases = settings.root().resolve("leases").resolve(cgroup().substring(1));
        if (Files.exists(leases)) {
            try (var all = Files.list(leases)) {
                assertThat(all.filter(lease -> lease.getFileName().toString().startsWith("10.")))
                        .isEmpty();
            }
        }
        assertThat(cgroups().flatMap(parent -> folders(parent).stream())).isEmpty();
        assertThat(ChildProcess.run(List.of("ip", "-o", "link", "show", "master", cgroup().substring(1)), LIMIT)
                        .output())
                .doesNotContain("veth");
    }

    /** The parent group in each tree. */
    private Stream<Path> cgroups() {
        return folders(Path.of("/sys/fs/cgroup")).stream()
                .map(tree -> tree.resolve(cgroup().substring(1)))
                .filter(Files::isDirectory);
    }

    private static List<Path> folders(Path parent) {
        try (var all = Files.list(parent)) {
            return all.filter(Files::isDirectory).toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        removePods();
        runtime.close();
        clock.close();
        assertNothingIsLeft();
        cgroups().forEach(group -> group.toFile().delete());
        ChildProcess.run(List.of("ip", "link", "delete", cgroup().substring(1)), LIMIT);
        ChildProcess.run(List.of("rm", "-r", settings.root().toString()), LIMIT);
    }

    /** Busybox and nothing else, under the names of the contract. */
    record OneImage(Path layer) implements ImageFiles, ImageService {
        private static final String ID = "sha256:" + "1".repeat(64);
        private static final String FULL_NAME = "docker.io/library/" + IMAGE;

        void make() throws IOException {
            Files.createDirectories(layer.resolve("bin"));
            Files.copy(Path.of("/bin/busybox"), layer.resolve("bin/busybox"));
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

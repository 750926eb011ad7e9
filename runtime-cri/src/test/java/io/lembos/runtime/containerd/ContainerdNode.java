package io.lembos.runtime.containerd;

import io.lembos.runtime.ContainerRuntimeContract;
import io.lembos.runtime.client.CriClient;
import io.lembos.runtime.client.CriDeadlines;
import io.lembos.runtime.client.UnixSocketPath;
import io.lembos.runtime.images.ImageBuilder;
import io.lembos.runtime.images.ImageImport;
import io.lembos.runtime.images.ImageReference;
import io.lembos.runtime.images.OciArchiveWriter;
import io.lembos.runtime.images.PauseImage;
import io.lembos.runtime.time.SystemRuntimeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** A containerd of a test's own, with the sandbox image and busybox, and its removal. */
final class ContainerdNode implements AutoCloseable {

    static final CriDeadlines DEADLINES =
            new CriDeadlines(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(60));

    final SystemRuntimeClock clock = new SystemRuntimeClock();
    final Containerd containerd;

    private ContainerdNode(ContainerdSpec spec) {
        containerd = new Containerd(spec, clock);
    }

    /** Its own directory, bridge and range; random, for several builds may share a machine. */
    static ContainerdSpec newSpec() throws IOException {
        int number = ThreadLocalRandom.current().nextInt(0x10000);
        Path directory = Files.createTempDirectory("lbit").toRealPath();
        PodNetwork network = new PodNetwork(
                "lbt%04x".formatted(number), "10.%d.%d.0/24".formatted(200 + (number & 31), number >> 8));
        return new ContainerdSpec(
                directory, new UnixSocketPath(directory.resolve("containerd.sock")), network, binaries());
    }

    static ContainerdSpec spec(Path directory, String bridge, String podCidr) {
        return new ContainerdSpec(
                directory,
                new UnixSocketPath(directory.resolve("containerd.sock")),
                new PodNetwork(bridge, podCidr),
                binaries());
    }

    private static ContainerdBinaries binaries() {
        return switch (ContainerdLocator.ofSystem(System.getenv("PATH")).locate()) {
            case ContainerdLocator.Result.Found found -> found.binaries();
            case ContainerdLocator.Result.Missing missing -> throw new AssertionError(missing.message());
        };
    }

    static ContainerdNode start(ContainerdSpec spec) {
        ContainerdNode node = new ContainerdNode(spec);
        try {
            node.containerd.start();
            node.importImages();
            return node;
        } catch (RuntimeException | IOException | Error e) {
            node.close();
            throw new AssertionError("no containerd for this test", e);
        }
    }

    private void importImages() throws IOException {
        Path directory = containerd.spec().directory().resolve("test-image");
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("image.json"), """
                {"hostFiles": {"/bin/busybox": "/bin/busybox"}, "hostPackages": {"/bin/busybox": "busybox-static"}}
                """);
        Path archive = directory.resolve("images.tar");
        OciArchiveWriter.write(
                archive,
                List.of(
                        PauseImage.build(),
                        ImageBuilder.build(directory, ImageReference.parse(ContainerRuntimeContract.IMAGE))));
        try (CriClient client = client()) {
            Path ctr = containerd.spec().binaries().ctr();
            new ImageImport(ctr, containerd.spec().socket(), client, clock).importArchive(archive);
        }
    }

    CriClient client() {
        return containerd.client(DEADLINES);
    }

    @Override
    public void close() {
        containerd.delete();
        clock.close();
    }
}

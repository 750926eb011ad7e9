package io.lembos.bootstrap.cli;

import io.lembos.api.time.SystemClock;
import io.lembos.bootstrap.assembly.Images;
import io.lembos.bootstrap.assembly.NodeRuntime;
import io.lembos.bootstrap.config.ClusterConfig;
import io.lembos.runtime.client.CriClient;
import io.lembos.runtime.client.CriDeadlines;
import io.lembos.runtime.cri.v1.Image;
import io.lembos.runtime.cri.v1.ImageFilter;
import io.lembos.runtime.images.ImageFormatException;
import io.lembos.runtime.images.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Brings images to the cluster's node without a registry. */
@Command(
        name = "image",
        mixinStandardHelpOptions = true,
        description = "Bring images to the cluster without a registry.",
        subcommands = {ImageCommand.Import.class, ImageCommand.Build.class, ImageCommand.Ls.class})
public final class ImageCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    /** Images of a cluster that is up. */
    private static Images images(ClusterOption cluster, SystemClock clock) throws IOException {
        return new Images(realRuntime(cluster), cluster.files(), clock);
    }

    private static ClusterConfig realRuntime(ClusterOption cluster) throws IOException {
        ClusterConfig config = cluster.config();
        if (config.simulated()) {
            throw new UserError(
                    "cluster \"" + config.name() + "\" runs on the simulated runtime, which needs no images");
        }
        return config;
    }

    /** Imports an archive. */
    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            description = "Import images from a tar file: an OCI layout, or what 'docker save' writes.")
    static final class Import implements Callable<Integer> {
        @Mixin
        private ClusterOption cluster;

        @Parameters(paramLabel = "FILE.tar", description = "The archive.")
        private Path file;

        @Override
        public Integer call() throws IOException {
            if (!Files.isReadable(file)) {
                throw new UserError(file + " cannot be read");
            }
            try (SystemClock clock = new SystemClock()) {
                print(images(cluster, clock).load(file));
            } catch (ImageFormatException e) {
                throw new UserError(e.getMessage());
            }
            return 0;
        }
    }

    /** Builds an image from a folder. */
    @Command(
            name = "build",
            mixinStandardHelpOptions = true,
            description = {
                "Build an image from a folder and import it.",
                "DIR/rootfs/ becomes the image's files; DIR/image.json says how it is run",
                "(entrypoint, cmd, env, workingDir, user, exposedPorts, labels, hostFiles).",
                "Example: ./lembos image build hello:2 examples/hello/image"
            })
    static final class Build implements Callable<Integer> {
        @Mixin
        private ClusterOption cluster;

        @Parameters(index = "0", paramLabel = "NAME", description = "Name of the image, for example hello:2.")
        private String name;

        @Parameters(index = "1", paramLabel = "DIR", description = "The folder.")
        private Path folder;

        @Override
        public Integer call() throws IOException {
            if (!Files.isDirectory(folder)) {
                throw new UserError(folder + " is no folder");
            }
            try (SystemClock clock = new SystemClock()) {
                print(images(cluster, clock).build(folder.toAbsolutePath(), ImageReference.parse(name)));
            } catch (ImageFormatException | IllegalArgumentException e) {
                throw new UserError(e.getMessage());
            }
            return 0;
        }
    }

    /** Lists what is on the node. */
    @Command(name = "ls", mixinStandardHelpOptions = true, description = "List the images on the cluster's node.")
    static final class Ls implements Callable<Integer> {
        @Mixin
        private ClusterOption cluster;

        @Override
        public Integer call() throws IOException {
            ClusterConfig config = realRuntime(cluster);
            var socket = NodeRuntime.endpoint(config, cluster.files());
            try (CriClient client = CriClient.open(socket, CriDeadlines.defaults())) {
                List<Image> images = client.listImages(ImageFilter.getDefaultInstance());
                Terminal.line(String.format("%-50s %-15s %10s", "IMAGE", "ID", "SIZE"));
                images.stream()
                        .flatMap(i -> i.getRepoTagsList().stream()
                                .map(tag -> String.format("%-50s %-15s %10s", tag, shortId(i), size(i.getSize()))))
                        .sorted(Comparator.naturalOrder())
                        .forEach(Terminal::line);
            }
            return 0;
        }

        private static String shortId(Image image) {
            String id = image.getId().replace("sha256:", "");
            return id.substring(0, Math.min(12, id.length()));
        }

        private static String size(long bytes) {
            return bytes < 1_000_000 ? bytes / 1000 + " kB" : bytes / 1_000_000 + " MB";
        }
    }

    private static void print(List<ImageReference> names) {
        names.forEach(n -> Terminal.line("imported " + n));
    }
}

package io.lembos.bootstrap.assembly;

import io.lembos.api.time.Clock;
import io.lembos.bootstrap.config.ClusterConfig;
import io.lembos.bootstrap.config.ClusterFiles;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ImageService;
import io.lembos.runtime.client.CriClient;
import io.lembos.runtime.client.CriDeadlines;
import io.lembos.runtime.client.UnixSocketPath;
import io.lembos.runtime.containerd.Containerd;
import io.lembos.runtime.containerd.ContainerdKeeper;
import io.lembos.runtime.containerd.ContainerdLocator;
import io.lembos.runtime.containerd.ContainerdSpec;
import io.lembos.runtime.containerd.PodNetwork;
import io.lembos.runtime.oci.OciInstallation;
import io.lembos.runtime.oci.OciPrograms;
import io.lembos.runtime.simulated.SimulatedRuntime;
import io.lembos.runtime.time.RuntimeClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.zip.CRC32;

/**
 * What runs the containers of a cluster's node: a containerd of the cluster's own, a CRI runtime that is there already, our
 * own runtime in this process, or the simulated one.
 *
 * @param keeper what lives beside the runtime, closed before it
 */
public record NodeRuntime(ContainerRuntime runtime, ImageService images, AutoCloseable keeper)
        implements AutoCloseable {
    /** Longest path that leaves room for the second socket that containerd makes beside the first. */
    private static final int SOCKET_CHARS_MAX = 100;

    /** Connects to the runtime, starting the cluster's own containerd if it does not run. */
    public static NodeRuntime start(ClusterConfig config, ClusterFiles files, Clock clock) throws IOException {
        if (config.simulated()) {
            SimulatedRuntime simulated =
                    new SimulatedRuntime(adapt(clock), config.podCidr(), List.of(Images.HELLO.toString()));
            return new NodeRuntime(simulated, simulated.images(), () -> {});
        }
        if (config.ownRuntime()) {
            return OwnRuntime.start(installation(config, files, clock), endpoint(config, files));
        }
        CriClient client = CriClient.open(endpoint(config, files), CriDeadlines.defaults());
        if (!config.ownContainerd()) {
            return new NodeRuntime(client, images(config, client), () -> {});
        }
        ContainerdKeeper keeper = new ContainerdKeeper(containerd(config, files, clock), adapt(clock));
        keeper.start();
        return new NodeRuntime(client, client, keeper);
    }

    private static ImageService images(ClusterConfig config, CriClient client) {
        return config.imageEndpoint().isEmpty()
                ? client
                : CriClient.open(UnixSocketPath.parse(config.imageEndpoint()), CriDeadlines.defaults());
    }

    /** The cluster's own containerd, running or not. */
    public static Containerd containerd(ClusterConfig config, ClusterFiles files, Clock clock) throws IOException {
        return switch (ContainerdLocator.ofSystem(System.getenv().getOrDefault("PATH", ""))
                .locate()) {
            case ContainerdLocator.Result.Found found ->
                new Containerd(
                        new ContainerdSpec(
                                files.containerd(),
                                socket(config, files),
                                new PodNetwork(config.bridge(), config.podCidr()),
                                found.binaries()),
                        adapt(clock));
            case ContainerdLocator.Result.Missing missing -> throw new IOException(missing.message());
        };
    }

    /** The cluster's own runtime, open or not. */
    public static OciInstallation installation(ClusterConfig config, ClusterFiles files, Clock clock)
            throws IOException {
        String path = System.getenv().getOrDefault("PATH", "");
        OciPrograms programs = OciPrograms.find(path)
                .orElseThrow(() -> new IOException("not found: "
                        + String.join(", ", OciPrograms.missing(path).keySet())));
        return new OciInstallation(
                files.runtime(), new PodNetwork(config.bridge(), config.podCidr()), programs, adapt(clock));
    }

    /** Ends all containers that a runtime of the cluster's own has left running; keeps images. */
    public static void down(ClusterConfig config, ClusterFiles files, Clock clock) throws IOException {
        if (config.ownContainerd()) {
            containerd(config, files, clock).down();
        } else if (config.ownRuntime()) {
            installation(config, files, clock).down();
        }
    }

    /** As {@link #down}, and then nothing of such a runtime is left on the machine. */
    public static void delete(ClusterConfig config, ClusterFiles files, Clock clock) throws IOException {
        if (config.ownContainerd()) {
            containerd(config, files, clock).delete();
        } else if (config.ownRuntime()) {
            installation(config, files, clock).delete();
            Files.deleteIfExists(endpoint(config, files).path());
        }
    }

    public static UnixSocketPath endpoint(ClusterConfig config, ClusterFiles files) {
        if (config.ownRuntime()) {
            return socket(config, files, files.runtime().resolve("cri.sock"));
        }
        return config.ownContainerd() ? socket(config, files) : UnixSocketPath.parse(config.runtimeEndpoint());
    }

    /** Beside the cluster's other files; where that path is too long for a socket, below {@code /run}. */
    public static UnixSocketPath socket(ClusterConfig config, ClusterFiles files) {
        return socket(config, files, files.containerd().resolve("containerd.sock"));
    }

    private static UnixSocketPath socket(ClusterConfig config, ClusterFiles files, Path preferred) {
        if (preferred.toString().length() <= SOCKET_CHARS_MAX) {
            return new UnixSocketPath(preferred);
        }
        CRC32 hash = new CRC32();
        hash.update(files.root().toString().getBytes(StandardCharsets.UTF_8));
        return new UnixSocketPath(
                Path.of("/run/lembos", config.name() + "-" + Long.toHexString(hash.getValue()) + ".sock"));
    }

    @Override
    public void close() throws Exception {
        keeper.close();
        runtime.close();
    }

    static RuntimeClock adapt(Clock clock) {
        return new RuntimeClock() {
            @Override
            public Instant now() {
                return clock.now();
            }

            @Override
            public Runnable after(Duration delay, Runnable task) {
                return clock.after(delay, task)::cancel;
            }
        };
    }
}

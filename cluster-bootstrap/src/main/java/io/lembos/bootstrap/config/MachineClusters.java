package io.lembos.bootstrap.config;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The clusters of this machine, from whatever home they were brought up: a link to each in one folder. While it is open it is
 * locked, so that of two that are planned at the same time none gets a port or a network of the other's.
 */
public final class MachineClusters implements AutoCloseable {
    private static final String LOCK = "lock";

    private final Path folder;
    private final FileChannel channel;
    private final FileLock lock;

    private MachineClusters(Path folder, FileChannel channel, FileLock lock) {
        this.folder = folder;
        this.channel = channel;
        this.lock = lock;
    }

    /** Where this user's clusters are noted: {@code /run/lembos} for root. Gone with the next start of the machine. */
    public static Path folder() {
        Path run = Path.of("/run");
        if (Files.isWritable(run)) {
            return run.resolve("lembos");
        }
        return Optional.ofNullable(System.getenv("XDG_RUNTIME_DIR"))
                .map(Path::of)
                .filter(Files::isWritable)
                .map(own -> own.resolve("lembos"))
                .orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir"))
                        .resolve("lembos-" + System.getProperty("user.name")));
    }

    /** Waits while another process has it. */
    public static MachineClusters open(Path folder) throws IOException {
        PrivateFiles.directory(folder);
        FileChannel channel =
                FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            return new MachineClusters(folder, channel, channel.lock());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Those that are not deleted, running or not, but for one. Links to others are removed. */
    public List<ClusterConfig> othersThan(ClusterFiles own) throws IOException {
        List<ClusterConfig> others = new ArrayList<>();
        for (Path link : links()) {
            ClusterFiles files = new ClusterFiles(Files.readSymbolicLink(link));
            Optional<ClusterConfig> config = files.load();
            if (config.isEmpty()) {
                Files.deleteIfExists(link);
            } else if (!files.root().equals(own.root())) {
                others.add(config.get());
            }
        }
        return others;
    }

    private List<Path> links() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isSymbolicLink).toList();
        }
    }

    /** Notes one whose configuration is written. */
    public void add(ClusterFiles cluster) throws IOException {
        UUID name = UUID.nameUUIDFromBytes(cluster.root().toString().getBytes(StandardCharsets.UTF_8));
        Path link = folder.resolve(name.toString());
        if (!Files.isSymbolicLink(link)) {
            Files.createSymbolicLink(link, cluster.root());
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            lock.release();
        }
    }
}

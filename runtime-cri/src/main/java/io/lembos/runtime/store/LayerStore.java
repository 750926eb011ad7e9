package io.lembos.runtime.store;

import io.lembos.runtime.files.FileTree;
import io.lembos.runtime.images.Digest;
import io.lembos.runtime.process.MountTable;
import io.lembos.runtime.time.RuntimeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Unpacked layers, each in a folder named by its digest and there only as a whole; two pulls that need the same one wait for
 * one of them to get it. Layers that nobody names, wants or has mounted are swept away.
 *
 * <p>{@code wanted} and {@code running} are what pulls do now; the first is guarded by its monitor.
 */
final class LayerStore {
    private final Path layers;
    private final Path fetched;
    private final RuntimeClock clock;
    private final Map<String, Integer> wanted = new HashMap<>();
    private final Map<String, Long> sizes = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Long>> running = new ConcurrentHashMap<>();

    LayerStore(Path root, RuntimeClock clock) throws IOException {
        this.layers = Files.createDirectories(root.resolve("layers"));
        this.fetched = Files.createDirectories(root.resolve("fetched"));
        this.clock = clock;
        try (Stream<Path> folders = Files.list(layers)) {
            for (Path folder : folders.toList()) {
                if (folder.getFileName().toString().contains(".half-")) {
                    FileTree.delete(folder);
                }
            }
        }
    }

    Path folder(String diffId) {
        return layers.resolve(new Digest(diffId).hex());
    }

    /** Keeps these layers from being swept until {@link #release}. */
    void hold(List<Digest> diffIds) {
        synchronized (wanted) {
            diffIds.forEach(id -> wanted.merge(id.value(), 1, Integer::sum));
        }
    }

    void release(List<Digest> diffIds) {
        synchronized (wanted) {
            diffIds.forEach(id -> wanted.computeIfPresent(id.value(), (k, n) -> n == 1 ? null : n - 1));
        }
    }

    /** Tells sizes of layers that records know. */
    void know(ImageRecord image) {
        image.layers().forEach(layer -> sizes.put(layer.diffId(), layer.bytes()));
    }

    /** Has the layer fetched and unpacked, if it is not there. @return bytes of its files */
    long require(Descriptor descriptor, Digest diffId, ContentSource source) throws IOException {
        CompletableFuture<Long> mine = new CompletableFuture<>();
        CompletableFuture<Long> other = running.putIfAbsent(diffId.value(), mine);
        if (other != null) {
            try {
                return other.join();
            } catch (CompletionException e) {
                throw new IOException(e.getCause().getMessage(), e.getCause());
            }
        }
        try {
            long bytes = Files.isDirectory(folder(diffId.value()))
                    ? sizes.getOrDefault(diffId.value(), 0L)
                    : get(descriptor, diffId, source);
            sizes.put(diffId.value(), bytes);
            mine.complete(bytes);
            return bytes;
        } catch (IOException | RuntimeException e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            running.remove(diffId.value());
        }
    }

    private long get(Descriptor descriptor, Digest diffId, ContentSource source) throws IOException {
        Path file = fetched.resolve(descriptor.digest().hex());
        boolean whole = false;
        try {
            new BlobFetch(source, descriptor, file, clock).run();
            whole = true;
            return LayerUnpacker.unpack(file, diffId, folder(diffId.value()));
        } finally {
            // A half one is what the next pull goes on with, unless it stands in the way.
            if (whole || file.toFile().getUsableSpace() == 0) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Removes layers that no image has, no pull wants and no mount uses. */
    void sweep(Iterable<ImageRecord> images) throws IOException {
        Set<String> used = new HashSet<>();
        images.forEach(image -> image.layers().forEach(layer -> used.add(layer.diffId())));
        synchronized (wanted) {
            used.addAll(wanted.keySet());
            String mounts = MountTable.overlayOptions();
            try (Stream<Path> folders = Files.list(layers)) {
                for (Path folder : folders.toList()) {
                    String hex = folder.getFileName().toString();
                    if (hex.matches("[0-9a-f]{64}") && !used.contains("sha256:" + hex) && !mounts.contains(hex)) {
                        Path gone = folder.resolveSibling(hex + ".half-swept");
                        Files.move(folder, gone, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
                        FileTree.delete(gone);
                    }
                }
            }
        }
    }
}

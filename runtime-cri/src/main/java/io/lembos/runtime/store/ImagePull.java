package io.lembos.runtime.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lembos.runtime.images.Digest;
import io.lembos.runtime.images.ImageFormatException;
import io.lembos.runtime.images.Platform;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;

/**
 * Brings one image from a source: its manifest for this platform, its configuration, and the layers that are not there yet,
 * a few at a time.
 */
final class ImagePull {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DOCUMENT_BYTES_MAX = 4 << 20;
    private static final int LAYERS_MAX = 500;
    private static final int AT_ONCE = 3;

    private final ContentSource source;
    private final LayerStore layers;
    private final Platform platform;

    ImagePull(ContentSource source, LayerStore layers, Platform platform) {
        this.source = source;
        this.layers = layers;
        this.platform = platform;
    }

    /** Gets the record when all layers are there, and while nothing can be swept away. */
    @FunctionalInterface
    interface Keeper {
        void keep(ImageRecord image) throws IOException;
    }

    /**
     * @param repository the image's name without tag, for names by digest
     * @param tags names that it goes by from now on
     */
    ImageRecord run(String repository, List<String> tags, Keeper keeper) throws IOException {
        byte[] root = source.root();
        Digest rootDigest = Digest.of(root);
        JsonNode manifest = manifest(json(root));
        Descriptor configDescriptor = Descriptor.of(manifest.path("config"));
        String config = new String(document(configDescriptor), StandardCharsets.UTF_8);
        List<Digest> diffIds = ImageConfigs.diffIds(ImageConfigs.read(config));
        List<Descriptor> blobs = new ArrayList<>();
        manifest.path("layers").forEach(layer -> blobs.add(Descriptor.of(layer)));
        if (blobs.size() != diffIds.size() || blobs.size() > LAYERS_MAX) {
            throw new ImageFormatException(
                    "mismatched image rootfs and manifest layers: " + diffIds.size() + " and " + blobs.size());
        }
        layers.hold(diffIds);
        try {
            List<ImageRecord.Layer> unpacked = unpack(blobs, diffIds);
            long size = root.length
                    + configDescriptor.size()
                    + blobs.stream().mapToLong(Descriptor::size).sum();
            ImageRecord image = new ImageRecord(
                    configDescriptor.digest().value(),
                    config,
                    tags,
                    List.of(repository + "@" + rootDigest),
                    unpacked,
                    size,
                    false);
            keeper.keep(image);
            return image;
        } finally {
            layers.release(diffIds);
        }
    }

    private JsonNode manifest(JsonNode root) throws IOException {
        if (root.path("schemaVersion").asInt() != 2) {
            throw new ImageFormatException("media type \"application/vnd.docker.distribution.manifest.v1+prettyjws\""
                    + " is no longer supported");
        }
        if (!root.has("manifests")) {
            return root;
        }
        for (JsonNode candidate : root.path("manifests")) {
            JsonNode for_ = candidate.path("platform");
            if (for_.path("os").asText("linux").equals(platform.os())
                    && for_.path("architecture").asText(platform.architecture()).equals(platform.architecture())) {
                return json(document(Descriptor.of(candidate)));
            }
        }
        throw new FileNotFoundException(
                "no match for platform " + platform.os() + "/" + platform.architecture() + " in manifest: not found");
    }

    private byte[] document(Descriptor descriptor) throws IOException {
        if (descriptor.size() > DOCUMENT_BYTES_MAX) {
            throw new ImageFormatException(descriptor.digest() + " is too large for a document");
        }
        byte[] bytes;
        try (InputStream in = source.open(descriptor, 0).stream()) {
            bytes = in.readNBytes(DOCUMENT_BYTES_MAX + 1);
        }
        if (!Digest.of(bytes).equals(descriptor.digest())) {
            throw new ImageFormatException(
                    "unexpected commit digest " + Digest.of(bytes) + ", expected " + descriptor.digest());
        }
        return bytes;
    }

    private List<ImageRecord.Layer> unpack(List<Descriptor> blobs, List<Digest> diffIds) throws IOException {
        Semaphore free = new Semaphore(AT_ONCE);
        List<CompletableFuture<ImageRecord.Layer>> all = new ArrayList<>();
        for (int i = 0; i < blobs.size(); i++) {
            Descriptor blob = blobs.get(i);
            Digest diffId = diffIds.get(i);
            CompletableFuture<ImageRecord.Layer> one = new CompletableFuture<>();
            all.add(one);
            Thread.ofVirtual().name("layer-" + diffId.hex().substring(0, 12)).start(() -> {
                free.acquireUninterruptibly();
                try {
                    one.complete(new ImageRecord.Layer(diffId.value(), layers.require(blob, diffId, source)));
                } catch (IOException | RuntimeException e) {
                    one.completeExceptionally(e);
                } finally {
                    free.release();
                }
            });
        }
        IOException failed = null;
        List<ImageRecord.Layer> done = new ArrayList<>();
        for (CompletableFuture<ImageRecord.Layer> one : all) {
            try {
                done.add(one.join());
            } catch (CompletionException e) {
                if (failed == null) {
                    failed = e.getCause() instanceof IOException io
                            ? io
                            : new IOException(e.getCause().getMessage(), e.getCause());
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
        return done;
    }

    private static JsonNode json(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (IOException e) {
            throw new ImageFormatException("a manifest that is not JSON", e);
        }
    }
}

package io.lembos.runtime.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * An image archive as {@code docker save}, {@code podman save}, {@code skopeo} or {@link OciArchiveWriter} make it: an
 * OCI layout or a docker-archive, in an uncompressed tar file.
 *
 * <p>{@link #open} has read everything once: every part that an image refers to is there and has the digest it claims,
 * or else {@link ImageFormatException} says which part is wrong. In a multi-platform index, platforms that are not in
 * the archive are left out, as long as one is.
 */
public final class OciArchive {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long JSON_BYTES_MAX = 16 << 20;

    /**
     * An image found in an archive.
     *
     * @param names its names there, complete; none if the archive gives none
     * @param ids digests of the configurations, one for each platform
     */
    public record Found(List<ImageReference> names, List<Digest> ids) {}

    private final Path file;
    private final TarIndex tar;
    private final Set<Digest> verified = new HashSet<>();
    /** Entries by what they contain. */
    private final Map<Digest, String> blobs = new HashMap<>();
    /** Manifest or index of each image, as it lies there; a docker-archive's is made up. */
    private final Map<Found, byte[]> roots = new HashMap<>();

    private final List<Found> images = new ArrayList<>();

    private OciArchive(Path file) {
        this.file = file;
        this.tar = TarIndex.of(file);
    }

    public static OciArchive open(Path file) {
        OciArchive archive = new OciArchive(file);
        if (archive.tar.entries().containsKey("index.json")) {
            archive.readLayout();
        } else if (archive.tar.entries().containsKey("manifest.json")) {
            archive.readDockerArchive();
        } else {
            throw new ImageFormatException(
                    file + " is no image archive: it has neither index.json (OCI) nor manifest.json (docker)");
        }
        return archive;
    }

    public List<Found> images() {
        return List.copyOf(images);
    }

    /** The manifest, or the index of manifests by platform, of one of {@link #images()}. */
    public byte[] root(Found image) {
        return roots.get(image).clone();
    }

    /**
     * A part of an image.
     *
     * @throws FileNotFoundException if the archive does not have it, as that of another platform may be
     */
    public InputStream open(Digest digest) throws IOException {
        String path = blobs.get(digest);
        if (path == null) {
            throw new FileNotFoundException(digest + " is not in " + file);
        }
        return tar.open(entry(path));
    }

    private void add(Found image, byte[] root) {
        images.add(image);
        roots.put(image, root);
    }

    private void readLayout() {
        for (JsonNode descriptor : json("index.json").path("manifests")) {
            List<Digest> ids = new ArrayList<>();
            collect(descriptor, ids);
            JsonNode annotations = descriptor.path("annotations");
            String name = annotations
                    .path("io.containerd.image.name")
                    .asText(annotations
                            .path("org.opencontainers.image.ref.name")
                            .asText(""));
            add(
                    new Found(isFullName(name) ? List.of(ImageReference.parse(name)) : List.of(), ids),
                    bytes(blobPath(digest(descriptor))));
        }
    }

    /** A lone tag is no name. */
    private static boolean isFullName(String name) {
        return name.contains("/") || name.contains(":");
    }

    private void collect(JsonNode descriptor, List<Digest> ids) {
        String path = verifiedBlob(descriptor);
        JsonNode content = json(path);
        if (!content.has("manifests")) {
            verifiedBlob(content.path("config"));
            content.path("layers").forEach(this::verifiedBlob);
            ids.add(digest(content.path("config")));
            return;
        }
        int before = ids.size();
        for (JsonNode platform : content.path("manifests")) {
            if (tar.entries().containsKey(blobPath(digest(platform)))) {
                collect(platform, ids);
            }
        }
        if (ids.size() == before) {
            throw new ImageFormatException(file + ": " + path + " lists platforms, but none of them is in the archive");
        }
    }

    private String verifiedBlob(JsonNode descriptor) {
        Digest digest = digest(descriptor);
        String path = blobPath(digest);
        TarEntry entry = entry(path);
        long size = descriptor.path("size").asLong(-1);
        if (size != entry.sizeBytes()) {
            throw new ImageFormatException(
                    file + ": " + path + " has " + entry.sizeBytes() + " bytes, its descriptor says " + size);
        }
        if (verified.add(digest)) {
            requireDigest(path, digest, false);
            blobs.put(digest, path);
        }
        return path;
    }

    private void readDockerArchive() {
        for (JsonNode image : json("manifest.json")) {
            String configPath = image.path("Config").asText();
            Digest id = hash(configPath, false);
            String stated =
                    configPath.substring(configPath.lastIndexOf('/') + 1).replace(".json", "");
            if (!stated.equals(id.hex())) {
                throw new ImageFormatException(file + ": " + configPath + " does not have the digest in its name");
            }
            verifyLayers(image.path("Layers"), json(configPath).path("rootfs").path("diff_ids"), configPath);
            List<ImageReference> names = new ArrayList<>();
            image.path("RepoTags").forEach(tag -> names.add(ImageReference.parse(tag.asText())));
            add(new Found(names, List.of(id)), manifest(configPath, id, image.path("Layers")));
        }
    }

    private byte[] manifest(String configPath, Digest id, JsonNode layers) {
        ObjectNode manifest = JSON.createObjectNode().put("schemaVersion", 2);
        manifest.put("mediaType", "application/vnd.oci.image.manifest.v1+json");
        describe(manifest.putObject("config"), "application/vnd.oci.image.config.v1+json", configPath, id);
        ArrayNode described = manifest.putArray("layers");
        for (JsonNode layer : layers) {
            String path = layer.asText();
            describe(described.addObject(), "application/vnd.oci.image.layer.v1.tar", path, hash(path, false));
        }
        return manifest.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void describe(ObjectNode descriptor, String mediaType, String path, Digest digest) {
        blobs.put(digest, path);
        descriptor
                .put("mediaType", mediaType)
                .put("digest", digest.value())
                .put("size", entry(path).sizeBytes());
    }

    private void verifyLayers(JsonNode layers, JsonNode diffIds, String configPath) {
        if (layers.size() != diffIds.size()) {
            throw new ImageFormatException(file + ": manifest.json has " + layers.size() + " layers, " + configPath
                    + " has " + diffIds.size());
        }
        for (int i = 0; i < layers.size(); i++) {
            requireDigest(layers.get(i).asText(), new Digest(diffIds.get(i).asText()), true);
        }
    }

    private void requireDigest(String path, Digest expected, boolean unpacked) {
        Digest actual = hash(path, unpacked);
        if (!actual.equals(expected)) {
            throw new ImageFormatException(
                    file + ": " + path + " is damaged: its digest is " + actual + " instead of " + expected);
        }
    }

    private Digest hash(String path, boolean unpacked) {
        MessageDigest computation = Digest.algorithm();
        byte[] buffer = new byte[1 << 16];
        try (InputStream stream = unpacked ? unpacked(entry(path)) : tar.open(entry(path))) {
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                computation.update(buffer, 0, n);
            }
        } catch (IOException e) {
            throw new ImageFormatException(file + ": cannot read " + path + ": " + e.getMessage(), e);
        }
        return Digest.of(computation);
    }

    /** Layers of a docker-archive may be compressed; a symbolic link means another entry's content. */
    private InputStream unpacked(TarEntry entry) throws IOException {
        InputStream stream = new BufferedInputStream(tar.open(entry));
        stream.mark(2);
        boolean gzip = stream.read() == 0x1f && stream.read() == 0x8b;
        stream.reset();
        return gzip ? new GZIPInputStream(stream) : stream;
    }

    private TarEntry entry(String path) {
        TarEntry entry = tar.entries().get(path);
        if (entry != null && entry.type() == TarEntry.Type.SYMBOLIC_LINK) {
            String target =
                    Path.of(path).resolveSibling(entry.linkName()).normalize().toString();
            entry = tar.entries().get(target);
        }
        if (entry == null || entry.type() != TarEntry.Type.FILE) {
            throw new ImageFormatException(file + ": " + path + " is missing");
        }
        return entry;
    }

    private byte[] bytes(String path) {
        TarEntry entry = entry(path);
        if (entry.sizeBytes() > JSON_BYTES_MAX) {
            throw new ImageFormatException(file + ": " + path + " is too large for a JSON document");
        }
        try (InputStream stream = tar.open(entry)) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new ImageFormatException(file + ": cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    private JsonNode json(String path) {
        try {
            return JSON.readTree(bytes(path));
        } catch (IOException e) {
            throw new ImageFormatException(file + ": " + path + " is not valid JSON: " + e.getMessage(), e);
        }
    }

    private Digest digest(JsonNode descriptor) {
        return new Digest(descriptor.path("digest").asText());
    }

    private static String blobPath(Digest digest) {
        return "blobs/sha256/" + digest.hex();
    }
}

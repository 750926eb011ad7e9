package io.lembos.runtime.images;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Writes an OCI image layout as one tar file. Blobs are sorted and times are zero: the same images give the same file,
 * byte for byte.
 */
public final class OciArchiveWriter {

    private static final byte[] LAYOUT = "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8);

    private OciArchiveWriter() {}

    public static void write(Path target, List<NamedImage> images) {
        try (TarWriter tar = new TarWriter(new BufferedOutputStream(Files.newOutputStream(target)))) {
            tar.file("oci-layout", 0644, LAYOUT);
            tar.file("index.json", 0644, index(images));
            tar.directory("blobs", 0755);
            tar.directory("blobs/sha256", 0755);
            TreeMap<Digest, Blob> sorted = new TreeMap<>();
            images.forEach(image -> image.blobs().forEach(blob -> sorted.put(blob.digest(), blob)));
            for (Blob blob : sorted.values()) {
                tar.file("blobs/sha256/" + blob.digest().hex(), 0644, blob.content());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write image archive " + target, e);
        }
    }

    private static byte[] index(List<NamedImage> images) {
        ObjectNode index = JsonNodeFactory.instance.objectNode();
        index.put("schemaVersion", 2).put("mediaType", OciImage.INDEX_TYPE);
        var manifests = index.putArray("manifests");
        images.stream()
                .sorted(Comparator.comparing(image -> image.name().toString()))
                .forEach(image -> manifests.add(image.descriptor()));
        return OciImage.json(index).content();
    }
}

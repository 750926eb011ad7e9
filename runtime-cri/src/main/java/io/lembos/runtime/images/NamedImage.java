package io.lembos.runtime.images;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A name for an image of one or more platforms.
 *
 * @param name complete reference
 * @param platforms at least one; more than one are joined by an index
 */
public record NamedImage(ImageReference name, List<OciImage> platforms) {

    public NamedImage {
        platforms = List.copyOf(platforms);
        if (platforms.isEmpty()) {
            throw new IllegalArgumentException("image " + name + " has no platform");
        }
    }

    List<Blob> blobs() {
        List<Blob> blobs = new ArrayList<>();
        platforms.forEach(image -> blobs.addAll(image.blobs()));
        if (platforms.size() > 1) {
            blobs.add(index());
        }
        return blobs;
    }

    /** What the archive's index says about this image. */
    ObjectNode descriptor() {
        ObjectNode descriptor = platforms.size() > 1
                ? OciImage.descriptor(OciImage.INDEX_TYPE, index())
                : platformDescriptor(platforms.get(0));
        descriptor
                .putObject("annotations")
                .put("io.containerd.image.name", name.toString())
                .put("org.opencontainers.image.ref.name", name.tagOrDigest());
        return descriptor;
    }

    private Blob index() {
        ObjectNode index = JsonNodeFactory.instance.objectNode();
        index.put("schemaVersion", 2).put("mediaType", OciImage.INDEX_TYPE);
        var manifests = index.putArray("manifests");
        platforms.forEach(image -> manifests.add(platformDescriptor(image)));
        return OciImage.json(index);
    }

    private static ObjectNode platformDescriptor(OciImage image) {
        ObjectNode descriptor = OciImage.descriptor(OciImage.MANIFEST_TYPE, image.manifest());
        descriptor
                .putObject("platform")
                .put("architecture", image.platform().architecture())
                .put("os", image.platform().os());
        return descriptor;
    }
}

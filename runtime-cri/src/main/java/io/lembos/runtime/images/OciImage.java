package io.lembos.runtime.images;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * One image for one platform with one layer, held in memory: meant for images of up to some hundred megabytes.
 *
 * <p>The same configuration and layer give the same digests; nothing of the clock or the machine goes in.
 */
public final class OciImage {

    static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
    static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
    private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip";

    private final Platform platform;
    private final Blob config;
    private final Blob layer;
    private final Blob manifest;

    private OciImage(Platform platform, Blob config, Blob layer) {
        this.platform = platform;
        this.config = config;
        this.layer = layer;
        this.manifest = json(manifest(config, layer));
    }

    /** @param settings the part that OCI calls {@code config}: Entrypoint, Cmd, Env and so on */
    static OciImage of(Platform platform, ObjectNode settings, byte[] layerTar) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("created", "1970-01-01T00:00:00Z");
        config.put("architecture", platform.architecture());
        config.put("os", platform.os());
        config.set("config", settings);
        ObjectNode rootfs = config.putObject("rootfs").put("type", "layers");
        rootfs.putArray("diff_ids").add(Digest.of(layerTar).value());
        config.putArray("history").addObject().put("created_by", "lembos image build");
        return new OciImage(platform, json(config), Blob.of(gzip(layerTar)));
    }

    public Platform platform() {
        return platform;
    }

    /** The digest of the configuration, which CRI takes for the image's id. */
    public Digest id() {
        return config.digest();
    }

    Blob manifest() {
        return manifest;
    }

    List<Blob> blobs() {
        return List.of(manifest, config, layer);
    }

    private static ObjectNode manifest(Blob config, Blob layer) {
        ObjectNode manifest = JsonNodeFactory.instance.objectNode();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", MANIFEST_TYPE);
        manifest.set("config", descriptor(CONFIG_TYPE, config));
        ArrayNode layers = manifest.putArray("layers");
        layers.add(descriptor(LAYER_TYPE, layer));
        return manifest;
    }

    static ObjectNode descriptor(String mediaType, Blob blob) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("mediaType", mediaType)
                .put("digest", blob.digest().value())
                .put("size", blob.content().length);
    }

    static Blob json(ObjectNode node) {
        return Blob.of(node.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}

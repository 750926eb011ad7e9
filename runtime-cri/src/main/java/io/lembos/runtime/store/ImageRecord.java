package io.lembos.runtime.store;

import io.lembos.runtime.cri.v1.Image;
import io.lembos.runtime.cri.v1.ImageSpec;
import io.lembos.runtime.cri.v1.Int64Value;
import java.util.ArrayList;
import java.util.List;

/**
 * What is kept of an image besides its layers; its form on the disk is this record's in JSON.
 *
 * @param id digest of the configuration
 * @param config the configuration itself
 * @param tags names that it goes by now, complete
 * @param digests names with the digest of its manifest
 * @param layers lowest first
 * @param size bytes as in the registry
 * @param pinned whether it came from no registry, so that whoever removes it loses it
 */
record ImageRecord(
        String id,
        String config,
        List<String> tags,
        List<String> digests,
        List<Layer> layers,
        long size,
        boolean pinned) {

    /**
     * One unpacked layer.
     *
     * @param diffId digest of its tar stream, by which its folder is named
     * @param bytes of the files in it
     */
    record Layer(String diffId, long bytes) {}

    ImageRecord {
        tags = List.copyOf(tags);
        digests = List.copyOf(digests);
        layers = List.copyOf(layers);
    }

    /** With other names. */
    ImageRecord named(List<String> newTags, List<String> newDigests) {
        return new ImageRecord(id, config, newTags, newDigests, layers, size, pinned);
    }

    ImageRecord pinnedIf(boolean more) {
        return new ImageRecord(id, config, tags, digests, layers, size, pinned || more);
    }

    ImageRecord without(String tag) {
        List<String> left = new ArrayList<>(tags);
        left.remove(tag);
        return named(left, digests);
    }

    /** As CRI shows it. */
    Image toCri() {
        Image.Builder image = Image.newBuilder()
                .setId(id)
                .addAllRepoTags(tags)
                .addAllRepoDigests(digests)
                .setSize(size)
                .setPinned(pinned)
                .setSpec(ImageSpec.newBuilder().setImage(id));
        String user = ImageConfigs.user(config);
        String name = user.split(":", 2)[0];
        if (name.matches("\\d{1,10}")) {
            image.setUid(Int64Value.newBuilder().setValue(Long.parseLong(name)));
        } else {
            image.setUsername(name);
        }
        return image.build();
    }
}

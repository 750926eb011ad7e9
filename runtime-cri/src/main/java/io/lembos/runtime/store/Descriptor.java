package io.lembos.runtime.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.runtime.images.Digest;
import io.lembos.runtime.images.ImageFormatException;

/**
 * Names content by what it is (OCI image-spec, descriptor.md).
 *
 * @param mediaType what it is said to be
 * @param size bytes
 */
record Descriptor(String mediaType, Digest digest, long size) {

    static Descriptor of(JsonNode node) {
        long size = node.path("size").asLong(-1);
        if (size < 0) {
            throw new ImageFormatException("a descriptor without a size: " + node);
        }
        return new Descriptor(
                node.path("mediaType").asText(""),
                new Digest(node.path("digest").asText()),
                size);
    }
}

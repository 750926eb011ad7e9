package io.lembos.runtime.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;

/** What containers start from. */
public interface ImageFiles {

    /**
     * An image by name, id or digest.
     *
     * @throws io.lembos.runtime.ContainerRuntimeException NOT_FOUND
     */
    Unpacked unpacked(String image);

    /**
     * An image ready for use.
     *
     * @param id digest of the configuration
     * @param config OCI's image configuration
     * @param layers unpacked folders, uppermost first, as overlayfs' {@code lowerdir} wants them. Folders that hide what
     *     lies below them say so in {@code user.} attributes, so that the mount needs the option {@code userxattr}
     */
    record Unpacked(String id, JsonNode config, List<Path> layers) {}
}

package io.lembos.runtime.oci;

import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folders of all sandboxes, or of all containers. An id may be shortened as long as it is one's alone; what is no id is
 * nobody's, and never a path.
 *
 * @param kind what they are folders of, for messages
 */
record StateFolders(Path parent, String kind) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ID_BYTES = 32;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{1,64}");

    List<StateFolder> all() throws IOException {
        try (Stream<Path> all = Files.list(parent)) {
            return all.map(StateFolder::new).toList();
        }
    }

    /** Not yet on disk. */
    StateFolder fresh() {
        byte[] bytes = new byte[ID_BYTES];
        RANDOM.nextBytes(bytes);
        return new StateFolder(parent.resolve(HexFormat.of().formatHex(bytes)));
    }

    Optional<StateFolder> find(String id) throws IOException {
        if (!ID.matcher(id).matches()) {
            return Optional.empty();
        }
        if (id.length() == 2 * ID_BYTES) {
            return Optional.of(new StateFolder(parent.resolve(id))).filter(folder -> Files.exists(folder.path()));
        }
        List<StateFolder> matching =
                all().stream().filter(folder -> folder.id().startsWith(id)).toList();
        return matching.size() == 1 ? Optional.of(matching.get(0)) : Optional.empty();
    }

    StateFolder require(String id) throws IOException {
        return find(id).orElseThrow(() -> absent(id));
    }

    /** @throws ContainerRuntimeException NOT_FOUND if it is half made or being removed */
    <T> T state(StateFolder folder, Class<T> type) {
        return folder.state(type).orElseThrow(() -> absent(folder.id()));
    }

    private ContainerRuntimeException absent(String id) {
        return new ContainerRuntimeException(Status.Code.NOT_FOUND, kind + " \"" + id + "\": not found");
    }
}

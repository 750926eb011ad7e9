package io.lembos.runtime.oci;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The folder of one sandbox or container. What has no state yet is half made and counts as absent. */
record StateFolder(Path path) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STATE = "state.json";
    private static final String REQUEST = "request.pb";

    String id() {
        return path.getFileName().toString();
    }

    Path file(String name) {
        return path.resolve(name);
    }

    void writeRequest(byte[] request) {
        write(REQUEST, request);
    }

    byte[] request() throws IOException {
        return Files.readAllBytes(file(REQUEST));
    }

    void writeState(Object state) {
        try {
            write(STATE, JSON.writeValueAsBytes(state));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty also when it is being removed at this moment. */
    <T> Optional<T> state(Class<T> type) {
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file(STATE)), type));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    boolean isWhole() {
        return Files.exists(file(STATE));
    }

    /** From here on it counts as absent. */
    void forget() throws IOException {
        Files.deleteIfExists(file(STATE));
    }

    /** Whole or not at all, whatever happens. */
    void write(String name, byte[] content) {
        Path fresh = file(name + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
            Files.move(fresh, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file(name), e);
        }
    }
}

package io.lembos.runtime.client;

import io.lembos.runtime.archives.v1.ArchivesGrpc;
import io.lembos.runtime.archives.v1.ImportRequest;
import io.lembos.runtime.images.ImageReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Has our own runtime, behind its socket, take images from archives. */
public record ArchiveClient(UnixSocketPath socket) {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /**
     * @return names of the images
     * @throws io.lembos.runtime.ContainerRuntimeException INVALID_ARGUMENT if the archive is bad
     */
    public List<ImageReference> importArchive(Path archive) {
        ImportRequest request = ImportRequest.newBuilder()
                .setFile(archive.toAbsolutePath().toString())
                .build();
        try (CriChannel channel = new CriChannel(socket)) {
            return channel
                    .call(() -> ArchivesGrpc.newBlockingStub(channel.awake())
                            .withDeadlineAfter(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                            .import_(request))
                    .getNamesList()
                    .stream()
                    .map(ImageReference::parse)
                    .toList();
        }
    }
}

package io.lembos.runtime.server;

import io.grpc.stub.StreamObserver;
import io.lembos.runtime.archives.v1.ArchivesGrpc;
import io.lembos.runtime.archives.v1.ImportRequest;
import io.lembos.runtime.archives.v1.ImportResponse;
import io.lembos.runtime.images.ImageReference;
import io.lembos.runtime.store.LocalImages;
import java.nio.file.Path;

/** Images from archives on the node, for our own command line; CRI has no words for that. */
public final class ArchiveCalls extends ArchivesGrpc.ArchivesImplBase {
    private final LocalImages images;

    public ArchiveCalls(LocalImages images) {
        this.images = images;
    }

    @Override
    public void import_(ImportRequest request, StreamObserver<ImportResponse> caller) {
        Answer.to(
                caller,
                () -> ImportResponse.newBuilder()
                        .addAllNames(images.importArchive(Path.of(request.getFile())).stream()
                                .map(ImageReference::toString)
                                .toList())
                        .build());
    }
}

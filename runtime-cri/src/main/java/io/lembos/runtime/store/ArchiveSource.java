package io.lembos.runtime.store;

import io.lembos.runtime.images.OciArchive;
import java.io.IOException;

/** One image of an archive. */
record ArchiveSource(OciArchive archive, OciArchive.Found image) implements ContentSource {
    @Override
    public byte[] root() {
        return archive.root(image);
    }

    @Override
    public Content open(Descriptor descriptor, long from) throws IOException {
        return new Content(archive.open(descriptor.digest()), 0);
    }
}

package io.lembos.runtime.store;

import java.io.IOException;
import java.io.InputStream;

/** Where the parts of an image are got from: a registry, or an archive. */
interface ContentSource {

    /** The manifest or index that the image's name stands for, as it lies there. */
    byte[] root() throws IOException;

    /**
     * Content from a byte on; close it. A source that cannot skip gives all of it.
     *
     * @throws java.io.FileNotFoundException when it is not there
     */
    Content open(Descriptor descriptor, long from) throws IOException;

    /** @param from the byte that the stream begins with */
    record Content(InputStream stream, long from) {}
}

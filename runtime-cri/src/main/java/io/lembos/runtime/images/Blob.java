package io.lembos.runtime.images;

/**
 * Content under its address. The array is shared and never written to.
 *
 * @param digest address of the content
 * @param content the bytes
 */
record Blob(Digest digest, byte[] content) {

    static Blob of(byte[] content) {
        return new Blob(Digest.of(content), content);
    }
}

package io.lembos.runtime.images;

/** Bad input: a broken archive, a wrong digest, an unusable image directory. The message names the file and the field. */
public final class ImageFormatException extends RuntimeException {

    public ImageFormatException(String message) {
        super(message);
    }

    public ImageFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}

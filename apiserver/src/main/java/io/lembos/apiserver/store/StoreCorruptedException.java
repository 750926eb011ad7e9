package io.lembos.apiserver.store;

import java.nio.file.Path;

/** The file does not hold what was written to it. Never repaired silently: restore a copy or remove the directory. */
public final class StoreCorruptedException extends RuntimeException {
    private final Path file;

    public StoreCorruptedException(Path file, String finding, Throwable cause) {
        super("store file " + file + " is corrupted: " + finding, cause);
        this.file = file;
    }

    public Path file() {
        return file;
    }
}

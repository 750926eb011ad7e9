package io.lembos.apiserver.store;

/** The watch asks for, or was cut off at, a revision that is no longer kept: list again. */
public final class CompactedException extends RuntimeException {
    private final long oldest;

    public CompactedException(long wanted, long oldest) {
        super("revision " + wanted + " is no longer kept, the oldest is " + oldest);
        this.oldest = oldest;
    }

    /** The oldest revision that is kept. */
    public long oldest() {
        return oldest;
    }
}

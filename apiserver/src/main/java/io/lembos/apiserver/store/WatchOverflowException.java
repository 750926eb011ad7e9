package io.lembos.apiserver.store;

/** The subscriber was slower than the changes and its buffer is full: list again. */
public final class WatchOverflowException extends RuntimeException {
    private final int bufferEventsMax;

    public WatchOverflowException(String prefix, int bufferEventsMax) {
        super("watch of " + prefix + " fell more than " + bufferEventsMax + " events behind");
        this.bufferEventsMax = bufferEventsMax;
    }

    public int bufferEventsMax() {
        return bufferEventsMax;
    }
}

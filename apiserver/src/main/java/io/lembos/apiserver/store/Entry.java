package io.lembos.apiserver.store;

import java.util.function.Function;

/**
 * A key's value at one revision: immutable, and shared by all readers.
 *
 * <p>{@link #bytes()} is the one array that every GET, LIST and WATCH writes out, never a copy; nobody may change it.
 * The only mutable part is the {@link #view} slot, where the layer above keeps what it computed from the bytes
 * (decoded header, table row). Two threads may compute a view at the same time and one result is lost, which is
 * harmless because a view is a pure function of the entry.
 */
public final class Entry {
    private final String key;
    private final byte[] bytes;
    private final long createRevision;
    private final long modRevision;
    private volatile Object view;

    public Entry(String key, byte[] bytes, long createRevision, long modRevision) {
        this.key = key;
        this.bytes = bytes;
        this.createRevision = createRevision;
        this.modRevision = modRevision;
    }

    public String key() {
        return key;
    }

    /** The value, shared and not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public long createRevision() {
        return createRevision;
    }

    public long modRevision() {
        return modRevision;
    }

    /**
     * The value computed by the first call, kept as long as this entry lives. There is one slot: all callers must ask
     * for the same kind of view.
     */
    @SuppressWarnings("unchecked")
    public <V> V view(Function<Entry, V> compute) {
        Object present = view;
        if (present == null) {
            present = compute.apply(this);
            view = present;
        }
        return (V) present;
    }

    @Override
    public String toString() {
        return key + "@" + modRevision;
    }
}

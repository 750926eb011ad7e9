package io.lembos.scheduler.cycle;

import java.util.Arrays;

/** What nodes of one {@link Cell} have in common: numbers, each at its fixed place. Immutable. */
final class CellKey {
    private final long[] parts;
    private final int hash;

    CellKey(long[] parts) {
        this.parts = parts;
        hash = Arrays.hashCode(parts);
    }

    long part(int index) {
        return parts[index];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CellKey that && hash == that.hash && Arrays.equals(parts, that.parts);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}

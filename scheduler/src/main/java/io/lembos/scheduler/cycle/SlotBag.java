package io.lembos.scheduler.cycle;

import java.util.Arrays;

/**
 * A set of node slots: adding, removing and taking any one cost the same for any size. Where a slot stands is kept in an
 * array that all bags share, since a slot is in one bag at most.
 */
final class SlotBag {
    private int[] slots = new int[4];
    private int size;

    int size() {
        return size;
    }

    int get(int index) {
        return slots[index];
    }

    /** @param positions by slot, its index in its bag */
    void add(int slot, int[] positions) {
        if (size == slots.length) {
            slots = Arrays.copyOf(slots, size * 2);
        }
        positions[slot] = size;
        slots[size++] = slot;
    }

    void remove(int slot, int[] positions) {
        int last = slots[--size];
        slots[positions[slot]] = last;
        positions[last] = positions[slot];
    }
}

package io.lembos.scheduler.cycle;

import java.util.TreeMap;

/**
 * Nodes that differ, for one equivalence class of pods, in nothing but a score of their own: the same domains, the same
 * counts, the same scores that are normalised later. Ordered by that score, so that the best ones are at hand.
 */
final class Cell {
    private final CellKey key;
    private final TreeMap<Long, SlotBag> byScore = new TreeMap<>();
    private int size;

    Cell(CellKey key) {
        this.key = key;
    }

    CellKey key() {
        return key;
    }

    int size() {
        return size;
    }

    /** @param positions see {@link SlotBag} */
    void add(int slot, long score, int[] positions) {
        byScore.computeIfAbsent(score, s -> new SlotBag()).add(slot, positions);
        size++;
    }

    void remove(int slot, long score, int[] positions) {
        SlotBag bag = byScore.get(score);
        bag.remove(slot, positions);
        size--;
        if (bag.size() == 0) {
            byScore.remove(score);
        }
    }

    /** The greatest score of any node; there must be one. */
    long best() {
        return byScore.lastKey();
    }

    /** How many nodes have it. */
    int bestCount() {
        return byScore.lastEntry().getValue().size();
    }

    /** One of those. */
    int best(int index) {
        return byScore.lastEntry().getValue().get(index);
    }
}

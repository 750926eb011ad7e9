package io.lembos.scheduler.cache;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * All nodes with their pods, and their surroundings, at one moment. Immutable, and cheap to derive from: a changed node
 * copies one small array. Whoever keeps a snapshot can ask later why a decision was made, or what another one would have
 * been on an edited cluster.
 *
 * <p>Nodes stand in <em>slots</em> 0 to {@link #size} - 1; a slot keeps its node while {@link #structure} stays the same.
 */
public final class Snapshot implements Iterable<NodeInfo> {
    public static final Snapshot EMPTY =
            new Snapshot(new NodeInfo[0][], 0, HashTreePMap.empty(), Surroundings.NONE, 0, 0);

    private static final int CHUNK_BITS = 6;
    private static final int CHUNK = 1 << CHUNK_BITS;

    private final NodeInfo[][] chunks;
    private final int size;
    private final PMap<String, Integer> slots;
    private final Surroundings surroundings;
    private final long sequence;
    private final long structure;

    private Snapshot(
            NodeInfo[][] chunks,
            int size,
            PMap<String, Integer> slots,
            Surroundings surroundings,
            long sequence,
            long structure) {
        this.chunks = chunks;
        this.size = size;
        this.slots = slots;
        this.surroundings = surroundings;
        this.sequence = sequence;
        this.structure = structure;
    }

    public int size() {
        return size;
    }

    public NodeInfo node(int slot) {
        return chunks[slot >> CHUNK_BITS][slot & (CHUNK - 1)];
    }

    public Optional<NodeInfo> node(String name) {
        Integer slot = slots.get(name);
        return slot == null ? Optional.empty() : Optional.of(node(slot));
    }

    /** Where the node stands; -1 if there is none of that name. */
    public int slot(String name) {
        Integer slot = slots.get(name);
        return slot == null ? -1 : slot;
    }

    public Surroundings surroundings() {
        return surroundings;
    }

    /** Grows with each change that is told as a {@link Change}. */
    public long sequence() {
        return sequence;
    }

    /** Grows with each change of the set of nodes or of their labels. */
    public long structure() {
        return structure;
    }

    public Stream<NodeInfo> nodes() {
        return IntStream.range(0, size).mapToObj((IntFunction<NodeInfo>) this::node);
    }

    @Override
    public Iterator<NodeInfo> iterator() {
        return nodes().iterator();
    }

    /** With a new node, or another state of one that is there. */
    public Snapshot with(NodeInfo node) {
        Integer slot = slots.get(node.name());
        if (slot != null) {
            boolean moved = !node(slot).labels().equals(node.labels());
            return new Snapshot(
                    set(chunks, slot, node),
                    size,
                    slots,
                    surroundings,
                    sequence + 1,
                    moved ? structure + 1 : structure);
        }
        NodeInfo[][] room = chunks;
        if (size == chunks.length << CHUNK_BITS) {
            room = Arrays.copyOf(chunks, chunks.length + 1);
            room[chunks.length] = new NodeInfo[CHUNK];
        }
        return new Snapshot(
                set(room, size, node), size + 1, slots.plus(node.name(), size), surroundings, sequence, structure + 1);
    }

    /** Without a node; the last one takes its slot. */
    public Snapshot without(String name) {
        Integer slot = slots.get(name);
        if (slot == null) {
            return this;
        }
        int last = size - 1;
        NodeInfo moved = node(last);
        NodeInfo[][] left = slot == last ? chunks : set(chunks, slot, moved);
        left = set(left, last, null);
        if ((last & (CHUNK - 1)) == 0) {
            left = Arrays.copyOf(left, left.length - 1);
        }
        PMap<String, Integer> names = slots.minus(name);
        names = slot == last ? names : names.plus(moved.name(), slot);
        return new Snapshot(left, last, names, surroundings, sequence, structure + 1);
    }

    public Snapshot in(Surroundings newer) {
        return newer == surroundings ? this : new Snapshot(chunks, size, slots, newer, sequence, structure);
    }

    /** A newer state of a node, or of pods on it, that makes no difference to any decision. */
    Snapshot refreshed(int slot, NodeInfo node) {
        return new Snapshot(set(chunks, slot, node), size, slots, surroundings, sequence, structure);
    }

    private static NodeInfo[][] set(NodeInfo[][] chunks, int slot, NodeInfo node) {
        NodeInfo[][] copy = chunks.clone();
        NodeInfo[] chunk = copy[slot >> CHUNK_BITS].clone();
        chunk[slot & (CHUNK - 1)] = node;
        copy[slot >> CHUNK_BITS] = chunk;
        return copy;
    }
}

package io.lembos.kubelet.simulated;

import java.util.BitSet;

/**
 * IPv4 addresses out of one network, each to one holder. Which are held is learned from the objects that bear them, so
 * that a restart gives none twice. Guarded by its monitor.
 */
final class Addresses {
    private final int network;
    private final int size;
    private final BitSet held = new BitSet();
    private int next = 1;

    /** @param prefixBits of the network, the rest is for holders */
    Addresses(String network, int prefixBits) {
        this.network = parse(network);
        this.size = 1 << (32 - prefixBits);
    }

    /** The next free address, going round, so that a freed one is not given out again at once. */
    synchronized String take() {
        int found = held.nextClearBit(next);
        if (found >= size) {
            found = held.nextClearBit(1);
        }
        if (found >= size) {
            throw new IllegalStateException("all " + size + " addresses of " + format(network) + " are held");
        }
        held.set(found);
        next = found + 1;
        return format(network + found);
    }

    /** Somebody bears this address; others than of this network do not matter. */
    synchronized void hold(String address) {
        if (contains(address)) {
            held.set(parse(address) - network);
        }
    }

    synchronized void free(String address) {
        if (contains(address)) {
            held.clear(parse(address) - network);
        }
    }

    boolean contains(String address) {
        if (!address.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
            return false;
        }
        int offset = parse(address) - network;
        return offset > 0 && offset < size;
    }

    private static int parse(String address) {
        int value = 0;
        for (String part : address.split("\\.")) {
            value = value << 8 | Integer.parseInt(part);
        }
        return value;
    }

    private static String format(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 255) + "." + (address >>> 8 & 255) + "." + (address & 255);
    }
}

package io.lembos.runtime.simulated;

import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import java.util.BitSet;

/**
 * IPv4 addresses for pods out of one CIDR; the network's, the gateway's (first) and the broadcast address are left out.
 * Guarded by the runtime's lock.
 */
final class PodAddresses {

    private final int base;
    private final int count;
    private final BitSet taken = new BitSet();
    private int next = 2;

    PodAddresses(String cidr) {
        String[] parts = cidr.split("[./]");
        if (parts.length != 5) {
            throw new IllegalArgumentException("pod CIDR is not a.b.c.d/n: " + cidr);
        }
        int address = 0;
        for (int i = 0; i < 4; i++) {
            address = address << 8 | Integer.parseInt(parts[i]);
        }
        int hostBits = 32 - Integer.parseInt(parts[4]);
        if (hostBits < 2 || hostBits > 24) {
            throw new IllegalArgumentException("pod CIDR must have a prefix of 8 to 30 bits: " + cidr);
        }
        count = (1 << hostBits) - 1;
        base = address & -(1 << hostBits);
    }

    /** The next free address, going round, so that a freed one is not given out again at once. */
    String take() {
        for (int tried = 2; tried < count; tried++) {
            int candidate = next;
            next = next + 1 < count ? next + 1 : 2;
            if (!taken.get(candidate)) {
                taken.set(candidate);
                return format(base + candidate);
            }
        }
        throw new ContainerRuntimeException(Status.Code.RESOURCE_EXHAUSTED, "no free pod address left");
    }

    void free(String address) {
        String[] parts = address.split("\\.");
        int value = 0;
        for (String part : parts) {
            value = value << 8 | Integer.parseInt(part);
        }
        taken.clear(value - base);
    }

    private static String format(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 255) + "." + (address >>> 8 & 255) + "." + (address & 255);
    }
}

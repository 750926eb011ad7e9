package io.lembos.scheduler.plugins;

import io.lembos.scheduler.cache.ResourceNames;

/** Amounts of resources as Kubernetes writes them. */
final class Quantities {
    private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

    private Quantities() {}

    /** @param amount thousandths of CPU, bytes of memory and storage, and whole units of anything else */
    static String text(String resource, long amount) {
        return switch (resource) {
            case ResourceNames.CPU -> amount % 1000 == 0 ? amount / 1000 + "" : amount + "m";
            case ResourceNames.MEMORY, ResourceNames.EPHEMERAL_STORAGE -> bytes(amount);
            default -> ResourceNames.isHugePages(resource) ? bytes(amount) : amount + "";
        };
    }

    private static String bytes(long amount) {
        int power = 0;
        long rest = amount;
        while (rest != 0 && rest % 1024 == 0) {
            rest /= 1024;
            power++;
        }
        return rest + BINARY[power];
    }
}

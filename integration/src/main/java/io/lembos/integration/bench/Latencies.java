package io.lembos.integration.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** How long each of many requests took; the first {@value #REMEMBERED_MAX} are remembered. Safe for many threads. */
final class Latencies {
    private static final int REMEMBERED_MAX = 1 << 20;
    private static final double NANOS_PER_MILLI = 1e6;

    private final long[] nanos = new long[REMEMBERED_MAX];
    private final AtomicInteger count = new AtomicInteger();

    void add(long taken) {
        int index = count.getAndIncrement();
        if (index < REMEMBERED_MAX) {
            nanos[index] = taken;
        }
    }

    /** {@code p50 1.2 ms, p99 3.4 ms}. */
    String show() {
        long[] sorted = Arrays.copyOf(nanos, Math.min(count.get(), REMEMBERED_MAX));
        Arrays.sort(sorted);
        return String.format(Locale.ROOT, "p50 %.2f ms, p99 %.2f ms", millis(sorted, 0.5), millis(sorted, 0.99));
    }

    private static double millis(long[] sorted, double quantile) {
        return sorted.length == 0 ? 0 : sorted[(int) (quantile * (sorted.length - 1))] / NANOS_PER_MILLI;
    }
}

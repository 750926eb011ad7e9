package io.lembos.apiserver.addresses;

import java.util.OptionalLong;
import java.util.function.LongPredicate;
import java.util.random.RandomGenerator;

/**
 * Chooses one free number of a range at random: in the upper part as long as there is one, so that the lower part stays for
 * those who name what they want. Pure but for its arguments.
 */
final class RandomPick {
    private RandomPick() {}

    /**
     * @param size numbers from 0 to this, exclusive
     * @param reserved the lower part ends here
     */
    static OptionalLong pick(long size, long reserved, LongPredicate free, RandomGenerator random) {
        OptionalLong upper = scan(reserved, size, free, random);
        return upper.isPresent() ? upper : scan(0, Math.min(reserved, size), free, random);
    }

    /** How much of a range is kept for those who name what they want; Kubernetes' KEP-3070. */
    static long reserved(long size, int step, int most) {
        int least = 16;
        return size <= least ? 0 : Math.max(least, Math.min(size / step, most));
    }

    private static OptionalLong scan(long from, long to, LongPredicate free, RandomGenerator random) {
        long count = to - from;
        if (count <= 0) {
            return OptionalLong.empty();
        }
        long start = random.nextLong(count);
        for (long i = 0; i < count; i++) {
            long candidate = from + (start + i) % count;
            if (free.test(candidate)) {
                return OptionalLong.of(candidate);
            }
        }
        return OptionalLong.empty();
    }
}

package io.lembos.apiserver.registry;

import java.util.UUID;
import java.util.random.RandomGenerator;

/** New uids and generated names, from one given source of randomness, so that a seed repeats them. */
public final class Names {
    /** Kubernetes' alphabet: no vowels, so no words; no digits that look like letters. */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private static final int SUFFIX_CHARS = 5;
    private static final int BASE_CHARS_MAX = 63 - SUFFIX_CHARS;

    private final RandomGenerator random;

    public Names(RandomGenerator random) {
        this.random = random;
    }

    /** The prefix, cut so that the name fits a label, and five random characters. */
    public String generate(String prefix) {
        StringBuilder name =
                new StringBuilder(prefix.length() > BASE_CHARS_MAX ? prefix.substring(0, BASE_CHARS_MAX) : prefix);
        for (int i = 0; i < SUFFIX_CHARS; i++) {
            name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return name.toString();
    }

    /** A random UUID (RFC 9562, version 4). */
    public String uid() {
        long high = (random.nextLong() & 0xffff_ffff_ffff_0fffL) | 0x4000L;
        long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }
}

package io.lembos.dashboard.login;

import io.lembos.api.time.Clock;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;

/**
 * One-time codes by which a person carries an identity from the terminal into a browser.
 *
 * <p>A code has 80 random bits, as four groups of four characters ({@code 7KQ2-M9XA-…}) of an alphabet without look-alikes;
 * case, blanks and dashes do not matter, and O, I, L are read as 0, 1, 1. It works once, within {@link #LIFETIME}. At
 * most {@link #CODES_MAX} wait; one more makes the oldest worthless. Hashes are kept, and every kept hash is compared
 * whole, so timing tells nothing. Guarded by the monitor of this object.
 */
public final class LoginCodes {
    public static final Duration LIFETIME = Duration.ofMinutes(2);
    public static final int CODES_MAX = 64;
    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int CHARACTERS = 16;
    private static final int GROUP = 4;
    private static final int TYPED_MAX = 64;

    private record Waiting(Digest digest, Grant grant, Instant expiresAt) {}

    private final Clock clock;
    private final SecureRandom random;
    private final Deque<Waiting> codes = new ArrayDeque<>();

    public LoginCodes(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /** A new code for exactly this grant. */
    public synchronized String mint(Grant grant) {
        dropExpired();
        if (codes.size() >= CODES_MAX) {
            codes.removeFirst();
        }
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < CHARACTERS; i++) {
            code.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        codes.addLast(new Waiting(Digest.of(code.toString()), grant, clock.now().plus(LIFETIME)));
        return grouped(code);
    }

    /** What the code was made for, once; empty for a code that is unknown, used or too old. */
    public synchronized Optional<Grant> redeem(String typed) {
        if (typed == null || typed.length() > TYPED_MAX) {
            return Optional.empty();
        }
        dropExpired();
        Digest digest = Digest.of(normal(typed));
        Waiting found = null;
        for (Waiting waiting : codes) {
            found = waiting.digest().equals(digest) ? waiting : found;
        }
        if (found == null) {
            return Optional.empty();
        }
        codes.remove(found);
        return Optional.of(found.grant());
    }

    synchronized int waiting() {
        dropExpired();
        return codes.size();
    }

    private void dropExpired() {
        codes.removeIf(waiting -> !clock.now().isBefore(waiting.expiresAt()));
    }

    private static String grouped(CharSequence code) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < code.length(); i++) {
            text.append(i > 0 && i % GROUP == 0 ? "-" : "").append(code.charAt(i));
        }
        return text.toString();
    }

    private static String normal(String typed) {
        return typed.toUpperCase(Locale.ROOT)
                .replaceAll("[^0-9A-Z]", "")
                .replace('O', '0')
                .replace('I', '1')
                .replace('L', '1');
    }
}

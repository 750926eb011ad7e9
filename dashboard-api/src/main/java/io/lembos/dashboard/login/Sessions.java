package io.lembos.dashboard.login;

import io.lembos.api.time.Clock;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The browsers that have logged in, in memory only: a restart logs everybody out.
 *
 * <p>A session lives {@link #LIFETIME}, but no longer than the certificate it goes back to. At most {@link #SESSIONS_MAX}
 * are open; one more ends the oldest. Only hashes of tokens are kept. Guarded by the monitor of this object; a session's
 * listeners are called outside it.
 */
public final class Sessions {
    public static final Duration LIFETIME = Duration.ofHours(12);
    public static final int SESSIONS_MAX = 1_024;
    private static final int TOKEN_BYTES = 32;

    private final Clock clock;
    private final SecureRandom random;
    private final Map<Digest, Held> sessions = new LinkedHashMap<>();

    private record Held(Session session, Clock.Timer expiry) {
        void end() {
            expiry.cancel();
            session.end();
        }
    }

    /**
     * A new session.
     *
     * @param token 256 random bits for the cookie; nobody can read it again later
     */
    public record Opened(String token, Session session) {
        @Override
        public String toString() {
            return "Opened[" + session.identity().user() + "]";
        }
    }

    public Sessions(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    public Opened open(Grant grant) {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Instant latest = clock.now().plus(LIFETIME);
        Session session = new Session(grant.identity(), grant.notAfter().isBefore(latest) ? grant.notAfter() : latest);
        Digest digest = Digest.of(token);
        List<Held> over = new ArrayList<>();
        synchronized (this) {
            if (sessions.size() >= SESSIONS_MAX) {
                var oldest = sessions.entrySet().iterator();
                over.add(oldest.next().getValue());
                oldest.remove();
            }
            Duration lifetime = Duration.between(clock.now(), session.expiresAt());
            sessions.put(digest, new Held(session, clock.after(lifetime, () -> end(digest))));
        }
        over.forEach(Held::end);
        return new Opened(token, session);
    }

    public Optional<Session> find(String token) {
        Digest digest = Digest.of(token);
        synchronized (this) {
            return Optional.ofNullable(sessions.get(digest))
                    .map(Held::session)
                    .filter(s -> clock.now().isBefore(s.expiresAt()));
        }
    }

    /** Logs out: the token is worth nothing from here on. */
    public void end(String token) {
        end(Digest.of(token));
    }

    private void end(Digest digest) {
        Held held;
        synchronized (this) {
            held = sessions.remove(digest);
        }
        if (held != null) {
            held.end();
        }
    }

    synchronized int size() {
        return sessions.size();
    }
}

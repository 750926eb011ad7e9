package io.lembos.runtime.streaming.server;

import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.time.RuntimeClock;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Requests that have been answered with a URL and whose caller has not come yet. A token is good once, for a minute. Bounded:
 * who asks while {@value #WAITING_MAX} wait is refused.
 */
final class StreamRequests {
    private static final Duration VALID = Duration.ofMinutes(1);
    private static final int WAITING_MAX = 1000;
    private static final int TOKEN_BYTES = 16;

    private record Waiting(StreamRequest request, Instant end) {}

    private final RuntimeClock clock;
    private final SecureRandom random = new SecureRandom();
    /** In the order of their ends. */
    private final Map<String, Waiting> waiting = new LinkedHashMap<>();

    StreamRequests(RuntimeClock clock) {
        this.clock = clock;
    }

    synchronized String add(StreamRequest request) {
        Instant now = clock.now();
        waiting.values().removeIf(other -> !now.isBefore(other.end()));
        if (waiting.size() >= WAITING_MAX) {
            throw new ContainerRuntimeException(
                    Status.Code.RESOURCE_EXHAUSTED, "maximum number of in-flight requests exceeded");
        }
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = HexFormat.of().formatHex(bytes);
        waiting.put(token, new Waiting(request, now.plus(VALID)));
        return token;
    }

    synchronized Optional<StreamRequest> take(String token) {
        return Optional.ofNullable(waiting.remove(token))
                .filter(found -> clock.now().isBefore(found.end()))
                .map(Waiting::request);
    }
}

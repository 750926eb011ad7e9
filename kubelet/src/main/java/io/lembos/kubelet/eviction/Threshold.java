package io.lembos.kubelet.eviction;

import java.time.Duration;
import java.util.Optional;

/**
 * Below what a node runs short.
 *
 * @param grace how long that may last before anything is done; zero for a hard threshold
 * @param minimumReclaim how much more than the value has to be free before it is over
 */
public record Threshold(Signal signal, Amount value, Duration grace, Optional<Amount> minimumReclaim) {

    public static Threshold hard(Signal signal, String value) {
        return new Threshold(signal, Amount.parse(value), Duration.ZERO, Optional.empty());
    }

    boolean isHard() {
        return grace.isZero();
    }

    boolean isMet(Observation now) {
        return value.of(now.capacity()) > now.available();
    }

    /** Whether too little has been gained since it was met. */
    boolean isUnresolved(Observation now) {
        long more = minimumReclaim.map(m -> m.of(now.capacity())).orElse(0L);
        return value.of(now.capacity()) + more > now.available();
    }
}

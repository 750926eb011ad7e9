package io.lembos.kubelet.images;

import java.time.Duration;

/**
 * When images that nobody uses go.
 *
 * @param highPercent how full their disk may be
 * @param lowPercent how full it may be once some have gone
 * @param minAge how long an image stays at least
 * @param maxAge how long it stays unused at most; zero for ever
 */
public record ImagePolicy(int highPercent, int lowPercent, Duration minAge, Duration maxAge) {
    /** Kubernetes' own. */
    public static final ImagePolicy DEFAULT = new ImagePolicy(85, 80, Duration.ofMinutes(2), Duration.ZERO);
}

package io.lembos.api.client;

import java.util.Optional;

/**
 * How to delete.
 *
 * @param gracePeriodSeconds how long the object may take; empty for its own default
 * @param uid delete only this very object; empty for whichever bears the name
 * @param propagation what happens to dependents
 */
public record DeleteOptions(Optional<Long> gracePeriodSeconds, String uid, Propagation propagation) {
    public static final DeleteOptions BACKGROUND = new DeleteOptions(Optional.empty(), "", Propagation.Background);

    /** Kubernetes' deletion propagation policies. */
    public enum Propagation {
        Background,
        Foreground,
        Orphan
    }

    /** Deletes at once, if it is still this very object. */
    public static DeleteOptions now(String uid) {
        return new DeleteOptions(Optional.of(0L), uid, Propagation.Background);
    }

    /** Deletes with the object's default grace, if it is still this very object. */
    public static DeleteOptions of(String uid) {
        return new DeleteOptions(Optional.empty(), uid, Propagation.Background);
    }
}

package io.lembos.kubelet.probes;

/**
 * What follows from the answers to one probe of one container: a verdict changes only after as many like answers in a row
 * as its threshold says. A liveness probe that failed and a startup probe that is decided ask no more, because the
 * container is killed or the question answered.
 *
 * <p>Follows kubelet's probe worker. Not safe for use by several threads.
 */
final class ProbeState {
    private final ProbeKind kind;
    private final int successThreshold;
    private final int failureThreshold;
    private Verdict verdict;
    private boolean last;
    private int run;

    /** What is held of the container. */
    enum Verdict {
        UNKNOWN,
        SUCCESS,
        FAILURE
    }

    ProbeState(ProbeKind kind, int successThreshold, int failureThreshold, Verdict initial) {
        this.kind = kind;
        this.successThreshold = successThreshold;
        this.failureThreshold = failureThreshold;
        this.verdict = initial;
    }

    /** What is held before the first answer: a container lives until shown otherwise, but is not ready. */
    static Verdict initial(ProbeKind kind) {
        return switch (kind) {
            case STARTUP -> Verdict.UNKNOWN;
            case LIVENESS -> Verdict.SUCCESS;
            case READINESS -> Verdict.FAILURE;
        };
    }

    /** @return whether the verdict is another now */
    boolean answer(boolean success) {
        run = run > 0 && last == success ? run + 1 : 1;
        last = success;
        if (run < (success ? successThreshold : failureThreshold)) {
            return false;
        }
        Verdict before = verdict;
        verdict = success ? Verdict.SUCCESS : Verdict.FAILURE;
        return verdict != before;
    }

    Verdict verdict() {
        return verdict;
    }

    /** Whether no further answer can matter. */
    boolean isDecided() {
        return switch (kind) {
            case STARTUP -> verdict != Verdict.UNKNOWN;
            case LIVENESS -> verdict == Verdict.FAILURE;
            case READINESS -> false;
        };
    }
}

package io.lembos.bootstrap.process;

/** Told of each phase that ended, in order, on the thread that runs the phases. */
@FunctionalInterface
public interface PhaseListener {
    void onPhase(Phase phase);
}

package io.lembos.scheduler.framework;

import java.time.Duration;

/** Whether a pod may go to the node that was decided for it. */
public sealed interface Permit {
    Permit ALLOW = new Allow();

    /** It may. */
    record Allow() implements Permit {}

    /** It may not: it must look again. */
    record Reject(String reason) implements Permit {}

    /**
     * It keeps its room until the plugin allows or rejects it ({@link WaitingPod}).
     *
     * @param timeout after which it is rejected; 15 minutes at most
     */
    record Wait(Duration timeout) implements Permit {}
}

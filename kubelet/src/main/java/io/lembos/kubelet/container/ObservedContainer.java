package io.lembos.kubelet.container;

import java.time.Instant;

/**
 * One container as the runtime reports it.
 *
 * @param sandboxId sandbox that it belongs to
 * @param name of the container in the pod
 * @param restartCount 0 for the first
 * @param reason of the runtime for the end, for example {@code OOMKilled}
 * @param terminationMessageFile on this host, empty when it has none
 */
public record ObservedContainer(
        String id,
        String sandboxId,
        String name,
        int restartCount,
        State state,
        String image,
        String imageId,
        Instant createdAt,
        Instant startedAt,
        Instant finishedAt,
        int exitCode,
        String reason,
        String message,
        String terminationMessageFile) {

    /** CRI's container states. */
    public enum State {
        CREATED,
        RUNNING,
        EXITED,
        UNKNOWN
    }

    public boolean isRunning() {
        return state == State.RUNNING;
    }

    public boolean hasExited() {
        return state == State.EXITED;
    }
}

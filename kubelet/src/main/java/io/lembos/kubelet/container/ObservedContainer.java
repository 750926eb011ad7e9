package io.lembos.kubelet.container;

import io.fabric8.kubernetes.api.model.ContainerUser;
import java.time.Instant;

/**
 * One container as the runtime reports it.
 *
 * @param sandboxId sandbox that it belongs to
 * @param name of the container in the pod
 * @param restartCount 0 for the first
 * @param reason of the runtime for the end, for example {@code OOMKilled}
 * @param terminationMessageFile on this host, empty when it has none
 * @param wantedImage as the pod's spec named it when the container was made, empty if nobody noted it
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
        String terminationMessageFile,
        String wantedImage,
        Process process) {

    /**
     * The main process, as far as the runtime tells of it.
     *
     * @param user as whom it runs, null if unknown
     * @param stopSignal by which it is asked to end, null if unknown
     */
    public record Process(ContainerUser user, String stopSignal) {
        public static final Process UNTOLD = new Process(null, null);
    }

    /** One of which nobody noted the image that was wanted. */
    public ObservedContainer(
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
        this(
                id,
                sandboxId,
                name,
                restartCount,
                state,
                image,
                imageId,
                createdAt,
                startedAt,
                finishedAt,
                exitCode,
                reason,
                message,
                terminationMessageFile,
                "",
                Process.UNTOLD);
    }

    /** CRI's container states. */
    public enum State {
        CREATED,
        RUNNING,
        EXITED,
        UNKNOWN
    }

    /** Whether the pod wants another image by now. */
    public boolean isOutdated(String image) {
        return !wantedImage.isEmpty() && !wantedImage.equals(image);
    }

    public boolean isRunning() {
        return state == State.RUNNING;
    }

    public boolean hasExited() {
        return state == State.EXITED;
    }
}

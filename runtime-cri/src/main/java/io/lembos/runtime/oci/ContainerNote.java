package io.lembos.runtime.oci;

/**
 * What we note of a container beside its request. Times in nanoseconds since the epoch; not started is 0.
 *
 * @param conmon that holds the main process
 */
record ContainerNote(
        String imageId,
        String cgroup,
        String stopSignal,
        long createdAt,
        long startedAt,
        MainProcess main,
        MainProcess conmon,
        ImageUser user) {
    /** One that was noted before conmons were ends with its main process. */
    ContainerNote {
        conmon = conmon == null ? main : conmon;
    }

    ContainerNote asStarted(long time) {
        return new ContainerNote(imageId, cgroup, stopSignal, createdAt, time, main, conmon, user);
    }
}

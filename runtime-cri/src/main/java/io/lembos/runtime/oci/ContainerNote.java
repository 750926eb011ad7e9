package io.lembos.runtime.oci;

/** What we note of a container beside its request. Times in nanoseconds since the epoch; not started is 0. */
record ContainerNote(
        String imageId,
        String cgroup,
        String stopSignal,
        long createdAt,
        long startedAt,
        MainProcess main,
        ImageUser user) {
    ContainerNote asStarted(long time) {
        return new ContainerNote(imageId, cgroup, stopSignal, createdAt, time, main, user);
    }
}

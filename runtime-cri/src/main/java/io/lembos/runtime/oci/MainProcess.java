package io.lembos.runtime.oci;

import java.time.Instant;

/** A container's first process, told from a later one of the same number by its start. */
record MainProcess(long pid, long startMillis) {
    static MainProcess of(ProcessHandle handle) {
        return new MainProcess(
                handle.pid(),
                handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
    }

    boolean lives() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .map(MainProcess::of)
                .filter(this::equals)
                .isPresent();
    }
}

package io.lembos.runtime.oci;

import java.util.List;

/** What we note of a sandbox beside its request. Times in nanoseconds since the epoch. */
record SandboxState(long createdAt, MainProcess pause, List<String> addresses, boolean stopped) {
    SandboxState asStopped() {
        return new SandboxState(createdAt, pause, addresses, true);
    }
}

package io.lembos.runtime.oci;

import io.lembos.runtime.cri.v1.LinuxContainerResources;
import io.lembos.runtime.process.Capabilities;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How likely a process is to be killed for memory; less likely than we are only with a capability. */
final class OomScore {
    private OomScore() {}

    static LinuxContainerResources restricted(LinuxContainerResources asked) {
        if (Capabilities.ofThisProcess().has(Capabilities.SYS_RESOURCE)) {
            return asked;
        }
        try {
            int ours = Integer.parseInt(
                    Files.readString(Path.of("/proc/self/oom_score_adj")).strip());
            return asked.toBuilder()
                    .setOomScoreAdj(Math.max(ours, asked.getOomScoreAdj()))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

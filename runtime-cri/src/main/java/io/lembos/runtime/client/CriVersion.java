package io.lembos.runtime.client;

import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.VersionResponse;
import java.util.function.Supplier;

/** Accepts runtimes that serve CRI v1, and says clearly when one does not. */
final class CriVersion {

    private static final String WANTED = "v1";

    private CriVersion() {}

    static VersionResponse requireV1(CriChannel channel, Supplier<VersionResponse> call) {
        try {
            VersionResponse version = call.get();
            if (!WANTED.equals(version.getRuntimeApiVersion())) {
                throw tooOld(channel, "it answers with CRI " + version.getRuntimeApiVersion(), null);
            }
            return version;
        } catch (ContainerRuntimeException e) {
            throw e.isUnimplemented() ? tooOld(channel, e.getMessage(), e) : e;
        }
    }

    private static ContainerRuntimeException tooOld(CriChannel channel, String detail, Throwable cause) {
        String message = "container runtime at " + channel.socket() + " does not serve CRI " + WANTED + " (" + detail
                + "); containerd 1.6 or CRI-O 1.23 is the oldest that does, with its CRI plugin enabled";
        return new ContainerRuntimeException(Status.Code.FAILED_PRECONDITION, message, cause);
    }
}
